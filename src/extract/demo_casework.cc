#include "extract/demo_casework.h"

#include "access/account.h"
#include "access/organisation.h"
#include "people/person.h"
#include "people/record.h"

namespace thb {
namespace {

constexpr int kDaysOfYear = 365;
constexpr int kAgeOfChild = 12;
constexpr int kAgeOfAdult = 30;
constexpr std::size_t kReferredEvery = 10;
constexpr std::size_t kSignalEvery = 20;

unsigned Draw(const RandomBytes& random, unsigned below) {
  const std::string bytes = random(2);
  const auto high = static_cast<unsigned char>(bytes[0]);
  const auto low = static_cast<unsigned char>(bytes[1]);
  return (high * 256U + low) % below;
}

// Nobody's name: three syllables, so that two of them are seldom alike.
std::string Syllables(const RandomBytes& random) {
  constexpr std::string_view kConsonants = "bdfgklmnprtvz";
  constexpr std::string_view kVowels = "aeiou";
  std::string name;
  for (int i = 0; i < 4; ++i) {
    name += kConsonants[Draw(random, kConsonants.size())];
    name += kVowels[Draw(random, kVowels.size())];
  }
  name[0] = static_cast<char>(name[0] - 'a' + 'A');
  return name;
}

Answer KnownUnlessUnknown(const std::string& code) {
  if (code == "UNK") return {Given::kUnknown, ""};
  return {Given::kKnown, code};
}

Identity IdentityOf(const VictimRecord& record, const RandomBytes& random) {
  Identity identity;
  PersonName name;
  name.kind = "alias";
  name.first_name = Syllables(random);
  name.middle_name = "Synthetic";
  name.second_name = Syllables(random);
  identity.names = {name};
  identity.sex = KnownUnlessUnknown(record.sex);
  if (record.citizen != "UNK") identity.citizenship = {Given::kKnown, {record.citizen}};
  if (record.age != "UNK") {
    const int age = record.age == "Y_LT18" ? kAgeOfChild : kAgeOfAdult;
    identity.birthdate = {Given::kKnown, std::to_string(record.year - age), false};
    identity.possibly_child = record.age == "Y_LT18" ? YesNo::kYes : YesNo::kNo;
  }
  return identity;
}

VictimContext ContextOf(const VictimRecord& record) {
  VictimContext context;
  context.main_exploitation = KnownUnlessUnknown(record.exploitation);
  if (!record.forms.empty()) context.forms = {Given::kKnown, record.forms};
  return context;
}

// The acts of the demo's two organisations.
class Filler {
 public:
  Filler(const CaseworkPlace& place, const Roles& roles, std::string geo)
      : place_(place), roles_(roles), geo_(std::move(geo)) {}

  Result<void> Open(Instant now) {
    focal_ = TRY(MakeWorker("FOCAL", "focal_officer", now));
    help_ = TRY(MakeWorker("NGO", "case_worker", now));
    return {};
  }

  Result<void> Register(const VictimRecord& record) {
    const Instant january = TRY(ParseInstant(std::to_string(record.year) + "-01-02"));
    constexpr Instant kDay = 86'400;
    const Instant now = january + kDay * Draw(place_.random, kDaysOfYear - 7);
    const Identity identity = IdentityOf(record, place_.random);
    const RecordHead head = TRY(Enter(WorkOf(focal_, now), record, identity));
    const auto status =
        record.status == "IDENTIFIED" ? VictimStatus::kIdentified : VictimStatus::kPresumed;
    TRY(SetVictimStatus(WorkOf(focal_, now), head.id, head.version, status));
    ++entered_;
    if (entered_ % kReferredEvery == 0) TRY(Refer(record, identity, head, now + kDay));
    if (entered_ % kSignalEvery == 0) TRY(CreateRecord(WorkOf(help_, now), NewRecord{}));
    return {};
  }

 private:
  Work WorkOf(const Actor& actor, Instant now) const {
    return Work{place_.database, place_.vault, place_.log, roles_, actor, now, place_.random};
  }

  // An organisation and an account in it, without credentials: nobody logs in here.
  Result<Actor> MakeWorker(const std::string& kind, const std::string& role, Instant now) {
    const Actor operator_actor = OperatorActor();
    Organisation organisation;
    organisation.kind = kind;
    organisation.name = "Synthetic " + kind + " of " + geo_;
    organisation.country = geo_;
    organisation.controller = organisation.name;
    organisation.regime = "GDPR";
    Actor actor;
    actor.organisation = TRY(AddOrganisation(WorkOf(operator_actor, now), organisation));
    actor.organisation_kind = kind;
    actor.account = NewId(place_.random);
    actor.roles = {{role, Scope::kOwn}};
    return actor;
  }

  Result<RecordHead> Enter(const Work& work, const VictimRecord& record, const Identity& identity) {
    NewRecord entry;
    entry.possibly_child = identity.possibly_child;
    entry.entity = record.entity;
    entry.legal_ground = "public_task";
    const RecordHead head = TRY(CreateRecord(work, entry));
    const PersonAdded person = TRY(AddPerson(work, head.id, {"victim", identity}));
    TRY(EditVictimContext(work, person.id, person.version, ContextOf(record), ""));
    return FindHead(work.database, head.id);
  }

  // The receiver keeps a record of his own; the person is one, and is counted once.
  Result<void> Refer(const VictimRecord& record, const Identity& identity, const RecordHead& from,
                     Instant now) {
    const RecordHead head = TRY(Enter(WorkOf(help_, now), record, identity));
    return LinkRecords(WorkOf(focal_, now), from.id, head.id, "referral");
  }

  const CaseworkPlace& place_;
  const Roles& roles_;
  std::string geo_;
  Actor focal_;
  Actor help_;
  std::size_t entered_ = 0;
};

}  // namespace

Result<void> FillDemoCasework(const CaseworkPlace& place, const std::string& geo,
                              const std::vector<VictimRecord>& records) {
  const Roles roles = TRY(Roles::Load());
  Filler filler(place, roles, geo);
  const Instant begin = TRY(ParseInstant("2017-01-01"));
  // By this entry a server knows a demonstration, and keeps it to its own machine.
  Transaction made = TRY(Transaction::Begin(place.database));
  TRY(place.log.Append(place.database, {"operator", "demo.make", "demo", {}}, begin));
  TRY(made.Commit());
  TRY(filler.Open(begin));
  for (const VictimRecord& record : records) {
    if (record.geo == geo) TRY(filler.Register(record));
  }
  return {};
}

}  // namespace thb
