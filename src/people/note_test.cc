#include "people/note.h"

#include "people/attachment.h"
#include "people/testing.h"

namespace thb {
namespace {

// What a test can wait for; a passphrase that protects somebody costs what PassphraseCost says.
constexpr PassphraseCost kCheap = {1, 8'192};
constexpr const char* kAnna = "synthetic words of anna";
constexpr const char* kSofia = "synthetic words of sofia";
constexpr const char* kOfficer = "synthetic words of officer";

class NoteTest : public PeopleTest {
 protected:
  void SetUp() override {
    PeopleTest::SetUp();
    if (store_ == nullptr) return;
    made_ = NewVictimBy("anna", SyntheticIdentity("Synthetic", "Person", "1990"));
  }
  Result<std::string> AttachText(const std::string& worker, FieldGroup group) {
    return AddAttachment(As(worker), made_.record.id, group, "synthetic-name.txt",
                         "Synthetic content", {made_.person});
  }
  Made made_;
};

TEST_P(NoteTest, ASharedNoteIsOfItsGroup) {
  Must(WriteNote(As("anna"), made_.record.id, FieldGroup::kNarrative, "Synthetic note",
                 {made_.person}));
  Participation participation{"referral", Who("carla").account,
                              "",         {FieldGroup::kReference, FieldGroup::kContact},
                              false,      0,
                              {}};
  Must(AddParticipant(As("anna"), made_.record.id, participation, "r", ""));
  ASSERT_EQ(Must(NotesOf(As("anna"), made_.record.id)).size(), 1U);
  EXPECT_EQ(Must(NotesOf(As("anna"), made_.record.id))[0].text, "Synthetic note");
  EXPECT_TRUE(Must(NotesOf(As("carla"), made_.record.id)).empty());
  EXPECT_EQ(CodeOf(NotesOf(As("bert"), made_.record.id)), ErrorCode::kNotFound);
  EXPECT_EQ(CodeOf(WriteNote(As("anna"), made_.record.id, FieldGroup::kNarrative, "x", {})),
            ErrorCode::kBadValue)
      << "it names whom it is about";
  const Made other = NewVictimBy("anna", SyntheticIdentity("Synthetic", "Other"));
  EXPECT_EQ(
      CodeOf(WriteNote(As("anna"), made_.record.id, FieldGroup::kNarrative, "x", {other.person})),
      ErrorCode::kNotFound);
}

// --- protected notes -----------------------------------------------------------------------------

TEST_P(NoteTest, AProtectedNoteOpensWithAMembersPassphraseAlone) {
  EXPECT_EQ(CodeOf(WriteProtectedNote(As("anna"), made_.record.id, "x")), ErrorCode::kConflict);
  EXPECT_EQ(CodeOf(MakeOrganisationKey(As("anna"), kAnna, "officer", kOfficer, kCheap)),
            ErrorCode::kForbidden)
      << "a supervisor makes it";
  EXPECT_EQ(CodeOf(MakeOrganisationKey(As("sofia"), "short", "officer", kOfficer, kCheap)),
            ErrorCode::kBadValue);
  const std::string officer = Who("silvia").account;
  Must(MakeOrganisationKey(As("sofia"), kSofia, officer, kOfficer, kCheap));
  EXPECT_EQ(CodeOf(MakeOrganisationKey(As("sofia"), kSofia, officer, kOfficer, kCheap)),
            ErrorCode::kConflict);
  const std::string note =
      Must(WriteProtectedNote(As("anna"), made_.record.id, "Synthetic counselling"));
  ASSERT_EQ(Must(ProtectedNotesOf(As("anna"), made_.record.id)).size(), 1U);
  EXPECT_EQ(CodeOf(ReadProtectedNote(As("anna"), note, kSofia)), ErrorCode::kForbidden)
      << "she is no member yet";
  Must(AddKeyMember(As("sofia"), kSofia, Who("anna").account, kAnna, kCheap));
  EXPECT_EQ(Must(ReadProtectedNote(As("anna"), note, kAnna)).text, "Synthetic counselling");
  const auto wrong = ReadProtectedNote(As("anna"), note, kSofia);
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, ErrorCode::kForbidden);
  EXPECT_EQ(CodeOf(ReadProtectedNote(As("bert"), note, kAnna)), ErrorCode::kNotFound);
  Must(RemoveKeyMember(As("sofia"), Who("anna").account));
  const auto removed = ReadProtectedNote(As("anna"), note, kAnna);
  ASSERT_FALSE(removed);
  EXPECT_EQ(removed.error().ToLine(), wrong.error().ToLine());
}

TEST_P(NoteTest, TheServersKeysDoNotOpenAProtectedNote) {
  Must(MakeOrganisationKey(As("sofia"), kSofia, Who("silvia").account, kOfficer, kCheap));
  const std::string note =
      Must(WriteProtectedNote(As("anna"), made_.record.id, "Synthetic counselling"));
  std::string sealed;
  Must(store_->database->Query("SELECT sealed_text FROM protected_note", {},
                               [&](const SqlRow& row) -> Result<void> {
                                 sealed = row.Text(0);
                                 return {};
                               }));
  EXPECT_EQ(sealed.find("Synthetic"), std::string::npos);
  EXPECT_EQ(CodeOf(store_->vault->Open({"protected_note", note, "sealed_text"}, sealed)),
            ErrorCode::kSealed);
}

TEST_P(NoteTest, AProtectedNotePutInThePlaceOfAnotherDoesNotOpen) {
  Must(MakeOrganisationKey(As("sofia"), kSofia, Who("silvia").account, kOfficer, kCheap));
  Must(AddKeyMember(As("sofia"), kSofia, Who("anna").account, kAnna, kCheap));
  const std::string first = Must(WriteProtectedNote(As("anna"), made_.record.id, "one"));
  const std::string second = Must(WriteProtectedNote(As("anna"), made_.record.id, "two"));
  const std::vector<SqlValue> values = {first, second};
  Must(store_->database->Execute(
      "UPDATE protected_note SET sealed_text = (SELECT p.sealed_text FROM protected_note p "
      "WHERE p.id = $1) WHERE id = $2",
      values));
  EXPECT_EQ(CodeOf(ReadProtectedNote(As("anna"), second, kAnna)), ErrorCode::kSealed);
  EXPECT_EQ(Must(ReadProtectedNote(As("anna"), first, kAnna)).text, "one");
}

// --- files ---------------------------------------------------------------------------------------

TEST(AttachmentTypeTest, IsWhatTheContentSays) {
  using namespace std::string_literals;
  EXPECT_EQ(Must(AttachmentType("%PDF-1.7 ...")), "application/pdf");
  EXPECT_EQ(Must(AttachmentType("\x89PNG\r\n\x1a\n....")), "image/png");
  EXPECT_EQ(Must(AttachmentType("RIFF\1\2\3\4WEBPVP8 ")), "image/webp");
  EXPECT_EQ(Must(AttachmentType("plain words\n")), "text/plain");
  EXPECT_EQ(CodeOf(AttachmentType("PK\3\4")), ErrorCode::kUnsupported) << "office files, archives";
  EXPECT_EQ(CodeOf(AttachmentType("\x7f"
                                  "ELF\1\1\1")),
            ErrorCode::kUnsupported);
  EXPECT_EQ(CodeOf(AttachmentType("")), ErrorCode::kUnsupported);
  EXPECT_EQ(CodeOf(AttachmentType("text\0with zero"s)), ErrorCode::kUnsupported);
}

TEST_P(NoteTest, AFileComesBackWholeInPieces) {
  std::string content = "%PDF-1.7\n";
  for (std::size_t i = 0; content.size() < 3 * kAttachmentPieceBytes + 5; ++i) {
    content += static_cast<char>('a' + i % 26);
  }
  const std::string id = Must(AddAttachment(As("anna"), made_.record.id, FieldGroup::kNarrative,
                                            "Synthetic passport.pdf", content, {made_.person}));
  std::string read;
  int pieces = 0;
  const Attachment attachment =
      Must(ReadAttachment(As("anna"), id, [&](std::string_view piece) -> Result<void> {
        read += piece;
        ++pieces;
        return {};
      }));
  EXPECT_EQ(read, content);
  EXPECT_EQ(pieces, 4);
  EXPECT_EQ(attachment.name, "Synthetic passport.pdf");
  EXPECT_EQ(attachment.type, "application/pdf");
  const auto listed = Must(AttachmentsOf(As("anna"), made_.record.id));
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed[0].persons, std::vector<std::string>{made_.person});
  EXPECT_EQ(LoggedOf("attachment.read"), 1);
}

TEST_P(NoteTest, AFileIsAuthorisedAsItsRecordAndGroupAre) {
  const std::string id = Must(AttachText("anna", FieldGroup::kNarrative));
  const auto nothing = [](std::string_view) -> Result<void> {
    ADD_FAILURE() << "a piece came out";
    return {};
  };
  const auto absent = ReadAttachment(As("bert"), NewId(store_->random), nothing);
  const auto hidden = ReadAttachment(As("bert"), id, nothing);
  ASSERT_FALSE(absent || hidden);
  EXPECT_EQ(hidden.error().ToLine(), absent.error().ToLine());
  EXPECT_EQ(CodeOf(RemoveAttachment(As("bert"), id)), ErrorCode::kNotFound);
  EXPECT_EQ(CodeOf(AttachText("bert", FieldGroup::kNarrative)), ErrorCode::kNotFound);
  Participation participation{
      "referral", Who("carla").account, "", {FieldGroup::kReference, FieldGroup::kContact}, true, 0,
      {}};
  Must(AddParticipant(As("anna"), made_.record.id, participation, "r", ""));
  const auto not_her_group = ReadAttachment(As("carla"), id, nothing);
  ASSERT_FALSE(not_her_group);
  EXPECT_EQ(not_her_group.error().ToLine(), absent.error().ToLine());
  EXPECT_TRUE(Must(AttachmentsOf(As("carla"), made_.record.id)).empty());
}

TEST_P(NoteTest, FilesHaveLimitsAndAHoldKeepsThem) {
  EXPECT_EQ(CodeOf(AddAttachment(As("anna"), made_.record.id, FieldGroup::kNarrative, "large",
                                 std::string(kMaxAttachmentBytes + 1, 'a'), {made_.person})),
            ErrorCode::kLimit);
  const std::string id = Must(AttachText("anna", FieldGroup::kNarrative));
  Must(SetRestriction(As("anna"), made_.record.id,
                      Must(ReadRecord(As("anna"), made_.record.id)).head.version,
                      Restriction::kLegalHold));
  EXPECT_EQ(CodeOf(RemoveAttachment(As("anna"), id)), ErrorCode::kForbidden);
  Must(store_->database->Execute("DELETE FROM record_restriction"));
  Must(RemoveAttachment(As("anna"), id));
  EXPECT_TRUE(Must(AttachmentsOf(As("anna"), made_.record.id)).empty());
}

INSTANTIATE_TEST_SUITE_P(Both, NoteTest, kBothStores, NameOfStore);

}  // namespace
}  // namespace thb
