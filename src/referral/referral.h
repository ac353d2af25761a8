#pragma once
// Referrals and transfers between organisations, the notice that a law asks for, and overrides of
// missing consent (casework rules 10 and 14).
//
// A referral shows the receiver some field groups of a record while it lives; the owner stays. A
// transfer, once accepted, moves the record to the receiver. Nothing is sent without the person's
// consent to that purpose, recipient and fields, or an override on a ground of the country's closed
// list; the protection of a child needs neither, towards those who protect children (rule 11).
// Each act and its log entry are one transaction, which is part of the caller's where there is one.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "access/work.h"
#include "base/result.h"
#include "referral/calendar.h"

namespace thb {

struct Consent;

inline constexpr std::size_t kMaxReferralText = 20'000;
inline constexpr std::size_t kMaxReferralsShown = 500;
inline constexpr std::size_t kMaxSubmission = 64;
inline constexpr Instant kAnswerSeconds = Instant{3} * 86'400;

enum class ReferralKind { kReferral, kTransfer };
enum class ReferralState {
  kDraft,
  kSent,
  kAcknowledged,
  kAccepted,
  kDeclined,    // with a reason
  kRedirected,  // the receiver named a better one: the sender gets a task to refer there
  kDone,
  kRevoked,  // by the sender, or because consent was withdrawn
};
enum class ReferralEvent {
  kSend,
  kAcknowledge,
  kAccept,
  kDecline,
  kRedirect,
  kComplete,
  kRevoke,
};
std::string_view NameOf(ReferralState state);
std::string_view NameOf(ReferralEvent event);

// Who may bring an event about.
enum class ReferralParty { kSender, kReceiver };
struct ReferralTransition {
  ReferralState from;
  ReferralEvent event;
  ReferralState to;
  ReferralParty party;
  bool needs_reason;
};
// The whole table. What is not in it is refused.
const std::vector<ReferralTransition>& ReferralTransitions();
// While a referral is in one of these, its receiver takes part in the record.
bool IsLive(ReferralState state);

// Why it may go. Neither: the protection of a child.
struct ReferralBasis {
  std::string consent_id;   // id of a consent in people, or
  std::string override_id;  // id of an override below
};

struct ReferralDraft {
  ReferralKind kind = ReferralKind::kReferral;
  std::string record;
  std::string person;
  std::string receiver;         // organisation
  std::string purpose;          // codelists/consent_purpose.csv
  std::set<FieldGroup> groups;  // what the receiver is to see
  bool urgent = false;
  std::optional<Instant> due;  // when an answer is wanted; nothing: in kAnswerSeconds
  std::string message;         // what the referrer writes; sealed
  // Made by the form before it is shown: a form that is sent twice makes one referral.
  std::string submission;
};

struct Referral {
  std::string id;
  std::string reference;  // what people read aloud
  ReferralKind kind = ReferralKind::kReferral;
  ReferralState state = ReferralState::kDraft;
  std::string record;
  std::string person;
  std::string sender;  // organisation
  std::string author;  // account that wrote it
  std::string receiver;
  std::string purpose;
  std::set<FieldGroup> groups;
  bool urgent = false;
  std::optional<Instant> sent;
  std::optional<Instant> due;
  ReferralBasis basis;
  std::string escalated_to;  // "", "deputy", "focal_point": where an urgent one went on to
  std::string message;
  std::string reason;       // of the last event
  std::string redirect_to;  // organisation that the receiver named
  std::int64_t version = 0;
};

// One row of an inbox or outbox: nothing that is sealed.
struct ReferralRow {
  std::string id;
  std::string reference;
  ReferralKind kind = ReferralKind::kReferral;
  ReferralState state = ReferralState::kSent;
  std::string record;
  std::string sender;
  std::string receiver;
  std::string purpose;
  bool urgent = false;
  bool overdue = false;
  std::optional<Instant> sent;
  std::optional<Instant> due;
  std::string escalated_to;
};

// What the referrer keeps: reference, state, and what they wrote; nothing else of the record.
struct ReferrerCopy {
  std::string reference;
  ReferralState state = ReferralState::kSent;
  std::string receiver;
  std::string escalated_to;
  std::string message;
  std::optional<Instant> sent;
};

// An override of missing consent. It is used once. The second person agrees before that, or within
// 24 hours where danger is imminent, for which there is a task.
struct OverrideRequest {
  std::string record;
  std::string person;
  std::string country;
  std::string ground;  // of OverrideGround
  std::string recipient;
  std::string reason;          // sealed
  std::string document;        // the order's reference, where the ground needs one; sealed
  bool told = false;           // the person was told
  std::optional<Day> tell_by;  // else: when the delay is reviewed
  std::string delay_reason;    // sealed
};
struct Override {
  std::string id;
  std::string record;
  std::string person;
  std::string country;
  std::string ground;
  std::string recipient;
  std::set<FieldGroup> groups;  // the ground's minimum
  std::string asked_by;
  Instant asked = 0;
  std::string agreed_by;  // "" not yet
  std::optional<Instant> agreed;
  std::optional<Instant> second_person_due;
  bool told = false;
  std::optional<Day> tell_by;
  std::string reason;
  std::string document;
  std::string delay_reason;
  std::int64_t version = 0;
};

// The notice of a duty to notify: listed non-identifying fields, shown before it is sent.
struct NoticePreview {
  std::string country;
  std::string recipient_kind;
  std::string source;
  struct Field {
    std::string code;
    std::string value;  // a code; "UNK" where it is not known
    bool operator==(const Field&) const = default;
  };
  std::vector<Field> fields;
  bool operator==(const NoticePreview&) const = default;
};

class Referrals {
 public:
  Referrals(const Countries& countries, const Work& work) : countries_(countries), work_(work) {}

  // Needs kRefer on the record. The same submission again returns the first one's id. Errors:
  // kForbidden, kNotFound, kUnknownCode, kLimit, kBadValue (itself as receiver, no field group, a
  // protected note).
  Result<std::string> Draft(const ReferralDraft& draft);
  Result<void> Edit(std::string_view id, std::int64_t version, const ReferralDraft& draft);
  // Sends a draft. Errors: kForbidden where there is neither consent to this purpose, recipient and
  // these groups nor an override for it, saying which is missing; towards immigration enforcement
  // consent naming it, or a legal order, and nothing else.
  Result<void> Send(std::string_view id, std::int64_t version, const ReferralBasis& basis);
  // The receiver's and the sender's acts. Each needs the party's right on the record as well as its
  // place in the table. Errors: kConflict where the table has no such event, kBadValue without a
  // reason where one is needed, kStale.
  Result<void> Apply(std::string_view id, std::int64_t version, ReferralEvent event,
                     std::string_view reason, std::string_view redirect_to = {});
  Result<Referral> Load(std::string_view id);
  // For who wrote it, whatever became of the record.
  Result<ReferrerCopy> CopyFor(std::string_view reference);
  Result<std::vector<ReferralRow>> OfRecord(std::string_view record);
  // Of the actor's organisation, urgent first, then by due date.
  Result<std::vector<ReferralRow>> Inbox();
  Result<std::vector<ReferralRow>> Outbox();

  // Withdraws the consent and, in the same transaction, revokes every referral that rests on it;
  // the receivers get a task and see nothing any more, partners in other states are asked to erase.
  // Assistance goes on. Returns how many ended.
  Result<int> WithdrawConsent(std::string_view consent, std::string_view reason);
  // Records what the person said (see people/consent.h). A refusal where a consent stood takes that
  // back, and revokes what rests on it as a withdrawal does. Returns the consent's id.
  Result<std::string> RecordConsent(const Consent& consent);

  // Errors: kUnknownCode for a ground that the country does not have; kBadValue without a reason,
  // or where the person is not told and no date is set.
  Result<std::string> AskOverride(const OverrideRequest& request);
  // By another person who may read the referral and has the duty "agree.consent_override".
  Result<void> AgreeOverride(std::string_view id, std::int64_t version);
  Result<void> RecordTold(std::string_view id, std::int64_t version);
  Result<Override> LoadOverride(std::string_view id);
  Result<std::vector<Override>> OverridesOf(std::string_view record);

  // What a notice would hold. Errors: kUnsupported where the country's law asks for none;
  // kForbidden for a child, whose referral needs no consent.
  Result<NoticePreview> PreviewNotice(std::string_view record, std::string_view person,
                                      std::string_view country);
  // Sends exactly the preview. Errors: kStale where it would now differ.
  Result<std::string> SendNotice(std::string_view record, std::string_view person,
                                 const NoticePreview& preview);
  // For the focal point (duty "focal_point"): what was sent in a country, newest first, without a
  // word on whom it is about.
  Result<std::vector<NoticePreview>> NoticesSent(std::string_view country);

 private:
  Result<void> AfterEvent(const Referral& referral, const ReferralTransition& transition);

  const Countries& countries_;
  const Work& work_;
};

}  // namespace thb
