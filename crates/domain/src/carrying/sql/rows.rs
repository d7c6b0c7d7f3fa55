//! Rows as the engine gives them.

use super::*;

#[derive(sqlx::FromRow)]
pub(in crate::carrying) struct UpdateRecord {
    org_id: OrgId,
    id: UpdateId,
    version: i64,
    programme_id: ProgrammeId,
    task_id: TaskId,
    assignment_id: AssignmentId,
    pub(super) unit_id: UnitId,
    leads: bool,
    kind: String,
    period_from: Option<Day>,
    period_to: Option<Day>,
    milestone_id: Option<MilestoneId>,
    percent: Option<i64>,
    body: String,
    result: String,
    product: String,
    completed_on: Option<Day>,
    difficulty: String,
    remover: String,
    entered_for: Option<String>,
    corrects_id: Option<UpdateId>,
    created_at: Micros,
    saved_at: Micros,
    saved_name: String,
    editors: Json<Vec<AccountId>>,
    discarded_at: Option<Micros>,
    submitted_at: Option<Micros>,
    submitted_name: Option<String>,
    levels: Option<i64>,
    backdated_days: i64,
    confirmed_at: Option<Micros>,
    returned_at: Option<Micros>,
    task_done_on: Option<Day>,
    passed: i64,
    passed_at: Option<Micros>,
}

impl UpdateRecord {
    fn fate(&self, cx: &Cx) -> Option<Fate> {
        let submitted = self.submitted_at?;
        Some(match (self.returned_at, self.confirmed_at) {
            (Some(at), _) => Fate::Returned(cx.day_of(at)),
            (None, Some(at)) => Fate::Confirmed(cx.day_of(at)),
            (None, None) => {
                let whom = Confirmer::at(self.passed + 1, self.levels.unwrap_or(1));
                Fate::Waiting(whom, cx.day_of(self.passed_at.unwrap_or(submitted)))
            }
        })
    }

    pub(super) fn update(self, cx: &Cx, name: &dyn Fn(&UnitId) -> String) -> Result<Update> {
        let kind = ClaimKind::from_code(&self.kind)
            .ok_or_else(|| Error::Internal(format!("unknown kind of update {}", self.kind)))?;
        let period = self.period_from.zip(self.period_to);
        let fate = self.fate(cx);
        Ok(Update {
            org: self.org_id,
            id: self.id,
            version: self.version,
            programme: self.programme_id,
            task: self.task_id,
            assignment: self.assignment_id,
            unit: self.unit_id,
            unit_name: name(&self.unit_id),
            leads: self.leads,
            said: Said {
                kind,
                period: period.map(|(from, to)| Period { from: from.0, to: to.0 }),
                milestone: self.milestone_id,
                percent: self.percent,
                body: self.body,
                result: self.result,
                product: self.product,
                completed_on: self.completed_on,
                difficulty: self.difficulty,
                remover: self.remover,
                entered_for: self.entered_for,
            },
            corrects: self.corrects_id,
            created_at: self.created_at,
            saved_at: self.saved_at,
            saved_by: self.saved_name,
            submitted_at: self.submitted_at,
            submitted_by: self.submitted_name,
            levels: self.levels.unwrap_or(1),
            passed: self.passed,
            backdated_days: self.backdated_days,
            fate,
            task_done_on: self.task_done_on,
            editors: self.editors.0,
            discarded: self.discarded_at.is_some(),
        })
    }
}

#[derive(sqlx::FromRow)]
pub(in crate::carrying) struct WaitingRecord {
    #[sqlx(flatten)]
    pub(super) update: UpdateRecord,
    #[sqlx(flatten)]
    pub(super) facts: WaitingFacts,
}

#[derive(sqlx::FromRow)]
pub(in crate::carrying) struct WaitingFacts {
    pub(in crate::carrying) task_code: Option<String>,
    pub(in crate::carrying) task_title: String,
    pub(in crate::carrying) task_outputs: Json<Vec<String>>,
    pub(in crate::carrying) task_due_on: Option<Day>,
    pub(in crate::carrying) programme_title: String,
    pub(in crate::carrying) owner_unit_id: UnitId,
    pub(in crate::carrying) following_unit_id: Option<UnitId>,
    pub(in crate::carrying) proofs: i64,
    pub(in crate::carrying) files: i64,
    pub(in crate::carrying) confirmed_percent: Option<i64>,
}

#[derive(sqlx::FromRow)]
pub(in crate::carrying) struct StandingRecord {
    pub(in crate::carrying) kind: String,
    pub(in crate::carrying) period_to: Option<Day>,
}

#[derive(sqlx::FromRow)]
pub(super) struct DecisionRecord {
    update_id: UpdateId,
    level: i64,
    outcome: String,
    reason: Option<String>,
    unit_name: String,
    by_name: String,
    decided_at: Micros,
}

impl From<DecisionRecord> for Decision {
    fn from(record: DecisionRecord) -> Decision {
        Decision {
            update: record.update_id,
            level: record.level,
            returned: record.outcome == "returned",
            reason: record.reason,
            unit_name: record.unit_name,
            by: record.by_name,
            at: record.decided_at,
        }
    }
}

#[derive(sqlx::FromRow)]
pub(super) struct EvidenceRecord {
    id: EvidenceId,
    update_id: UpdateId,
    kind: String,
    url: Option<String>,
    number: Option<String>,
    issued_on: Option<Day>,
    issuer: Option<String>,
    excerpt: Option<String>,
}

impl From<EvidenceRecord> for Evidence {
    fn from(record: EvidenceRecord) -> Evidence {
        let proof = if record.kind == "link" {
            Proof::Link(record.url.unwrap_or_default())
        } else {
            Proof::Document(IssuedDocument {
                number: record.number.unwrap_or_default(),
                issued_on: record.issued_on,
                issuer: record.issuer.unwrap_or_default(),
                excerpt: record.excerpt.unwrap_or_default(),
            })
        };
        Evidence { id: record.id, update: record.update_id, proof }
    }
}

#[derive(sqlx::FromRow)]
pub(super) struct FileRecord {
    id: FileId,
    owner_id: UpdateId,
    name: String,
    media_type: String,
    size_bytes: i64,
    sha256: Digest,
}

impl From<FileRecord> for EvidenceFile {
    fn from(record: FileRecord) -> EvidenceFile {
        EvidenceFile {
            id: record.id,
            update: record.owner_id,
            name: record.name,
            media_type: record.media_type,
            size_bytes: record.size_bytes,
            sha256: record.sha256,
        }
    }
}

#[derive(sqlx::FromRow)]
pub(super) struct ReceiptRecord {
    assignment_id: AssignmentId,
    unit_id: UnitId,
    received_at: Micros,
    by_name: String,
    passed_to: Option<String>,
    passed_at: Option<Micros>,
}

impl From<ReceiptRecord> for Receipt {
    fn from(record: ReceiptRecord) -> Receipt {
        Receipt {
            assignment: record.assignment_id,
            unit: record.unit_id,
            received_at: record.received_at,
            received_by: record.by_name,
            passed_to: record.passed_to,
            passed_at: record.passed_at,
        }
    }
}
