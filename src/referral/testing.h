#pragma once
// Test helper for this room and those above it; not part of the program. The data files, and steps
// that most tests begin with. All persons in tests are synthetic and say so.

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "people/consent.h"
#include "people/testing.h"
#include "referral/assistance.h"
#include "referral/child.h"
#include "referral/procedure.h"
#include "referral/referral.h"
#include "referral/roster.h"
#include "referral/screening.h"
#include "referral/task.h"

namespace thb {

class ReferralTest : public PeopleTest {
 protected:
  void SetUp() override {
    PeopleTest::SetUp();
    if (store_ == nullptr) return;
    countries_ = std::make_unique<Countries>(Must(Countries::Load()));
    procedure_ = std::make_unique<ProcedureRules>(Must(ProcedureRules::Load()));
    lists_ = std::make_unique<ScreeningLists>(Must(ScreeningLists::Load()));
    kinds_of_help_ = std::make_unique<AssistanceKinds>(Must(AssistanceKinds::Load()));
    AddOrganisationOf("authority", "AUTHORITY", "GDPR");
    AddOrganisationOf("immigration", "IMMIGRATION", "GDPR");
    AddOrganisationOf("guardians", "GUARDIANSHIP", "GDPR");
    AddWorker("olga", "authority", {{"decision_officer", Scope::kOrganisation}});
    AddWorker("otto", "authority", {{"decision_officer", Scope::kOrganisation}});
    AddWorker("ivan", "immigration", {{"immigration_officer", Scope::kOwn}});
    AddWorker("greta", "guardians", {{"guardian", Scope::kOwn}});
    victim_ = NewVictimBy("anna", SyntheticIdentity("Synthetic", "Person One", "1990-02-03"));
  }

  Day Today() const { return DayOfInstant(store_->now); }

  // The victim agreed to this purpose, recipient and fields.
  std::string ConsentTo(const std::string& organisation, const std::set<FieldGroup>& groups,
                        const std::string& purpose = "assistance") {
    Consent consent;
    consent.record = victim_.record.id;
    consent.person = victim_.person;
    consent.state = ConsentState::kGiven;
    consent.purpose = purpose;
    consent.recipient = Org(organisation);
    consent.groups = groups;
    consent.text_version = "1";
    consent.language = "en";
    consent.how = "spoken";
    consent.given_by = "person";
    consent.date = store_->now;
    return Must(RecordConsent(As("anna"), consent));
  }

  ReferralDraft DraftTo(const std::string& organisation, const std::set<FieldGroup>& groups,
                        const std::string& purpose = "assistance") {
    ReferralDraft draft;
    draft.record = victim_.record.id;
    draft.person = victim_.person;
    draft.receiver = Org(organisation);
    draft.purpose = purpose;
    draft.groups = groups;
    draft.message = "Synthetic message";
    draft.submission = NewId(store_->random);
    return draft;
  }

  // A referral that was sent with consent.
  std::string SentTo(const std::string& organisation, const std::set<FieldGroup>& groups,
                     const std::string& purpose = "assistance") {
    const std::string consent = ConsentTo(organisation, groups, purpose);
    const Work work = As("anna");
    Referrals referrals(*countries_, work);
    const std::string id = Must(referrals.Draft(DraftTo(organisation, groups, purpose)));
    Must(referrals.Send(id, 1, {consent, {}}));
    return id;
  }

  Result<void> Apply(const std::string& worker, const std::string& id, ReferralEvent event,
                     const std::string& reason = {}, const std::string& redirect_to = {}) {
    const Work work = As(worker);
    Referrals referrals(*countries_, work);
    return referrals.Apply(id, VersionOf("referral", id), event, reason, redirect_to);
  }

  std::int64_t VersionOf(const std::string& table, const std::string& id) {
    std::int64_t version = 0;
    const std::vector<SqlValue> values = {id};
    Must(store_->database->Query("SELECT version FROM " + table + " WHERE id = $1", values,
                                 [&](const SqlRow& row) -> Result<void> {
                                   version = row.Int(0);
                                   return {};
                                 }));
    return version;
  }

  std::int64_t CountOf(const std::string& sql) {
    std::int64_t count = -1;
    Must(store_->database->Query(sql, {}, [&](const SqlRow& row) -> Result<void> {
      count = row.Int(0);
      return {};
    }));
    return count;
  }

  std::unique_ptr<Countries> countries_;
  std::unique_ptr<ProcedureRules> procedure_;
  std::unique_ptr<ScreeningLists> lists_;
  std::unique_ptr<AssistanceKinds> kinds_of_help_;
  Made victim_;
};

}  // namespace thb
