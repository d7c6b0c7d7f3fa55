-- Rules of a programme about confirming and judging. The defaults are those of the installation so far.

ALTER TABLE programme ADD COLUMN confirm_levels BIGINT NOT NULL DEFAULT 2 CHECK (confirm_levels BETWEEN 1 AND 3);
ALTER TABLE programme ADD COLUMN back_date_days BIGINT NOT NULL DEFAULT 3 CHECK (back_date_days BETWEEN 0 AND 366);
ALTER TABLE programme ADD COLUMN behind_points BIGINT CHECK (behind_points BETWEEN 1 AND 100);
ALTER TABLE programme ADD COLUMN default_period TEXT NOT NULL DEFAULT 'quarterly';
ALTER TABLE programme ADD COLUMN period_closes_on BIGINT NOT NULL DEFAULT 31 CHECK (period_closes_on BETWEEN 1 AND 31);
ALTER TABLE programme ADD COLUMN report_within_days BIGINT NOT NULL DEFAULT 10 CHECK (report_within_days BETWEEN 0 AND 60);

-- owner: carrying
CREATE TABLE receipt (
  org_id UUID NOT NULL,
  id UUID NOT NULL,
  version BIGINT NOT NULL,
  task_id UUID NOT NULL,
  assignment_id UUID NOT NULL,
  unit_id UUID NOT NULL,
  received_at BIGINT NOT NULL,
  received_by UUID NOT NULL,
  passed_to TEXT,
  passed_unit_id UUID,
  passed_at BIGINT,
  passed_by UUID,
  PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX receipt_once ON receipt (org_id, assignment_id, unit_id);
CREATE INDEX receipt_task ON receipt (org_id, task_id);
CREATE INDEX receipt_unit ON receipt (unit_id);

-- owner: carrying
CREATE TABLE progress_update (
  org_id UUID NOT NULL,
  id UUID NOT NULL,
  version BIGINT NOT NULL,
  programme_id UUID NOT NULL,
  task_id UUID NOT NULL,
  assignment_id UUID NOT NULL,
  unit_id UUID NOT NULL,
  leads BOOLEAN NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('progress', 'done', 'no_work')),
  period_from TEXT,
  period_to TEXT,
  milestone_id UUID,
  percent BIGINT CHECK (percent BETWEEN 0 AND 100),
  body TEXT NOT NULL,
  result TEXT NOT NULL,
  product TEXT NOT NULL,
  completed_on TEXT,
  difficulty TEXT NOT NULL,
  remover TEXT NOT NULL,
  entered_for TEXT,
  corrects_id UUID,
  created_at BIGINT NOT NULL,
  created_by UUID NOT NULL,
  saved_at BIGINT NOT NULL,
  saved_by UUID NOT NULL,
  editors JSONB NOT NULL,
  discarded_at BIGINT,
  submitted_at BIGINT,
  submitted_by UUID,
  levels BIGINT CHECK (levels BETWEEN 1 AND 3),
  backdated_days BIGINT NOT NULL DEFAULT 0 CHECK (backdated_days >= 0),
  confirmed_at BIGINT,
  returned_at BIGINT,
  task_done_on TEXT,
  PRIMARY KEY (org_id, id),
  CHECK ((submitted_at IS NULL) = (submitted_by IS NULL)),
  CHECK (submitted_at IS NOT NULL OR (confirmed_at IS NULL AND returned_at IS NULL AND task_done_on IS NULL))
);
CREATE UNIQUE INDEX progress_update_id ON progress_update (id);
CREATE UNIQUE INDEX progress_update_draft ON progress_update (org_id, assignment_id, unit_id)
  WHERE submitted_at IS NULL AND discarded_at IS NULL;
CREATE INDEX progress_update_programme ON progress_update (org_id, programme_id, submitted_at);
CREATE INDEX progress_update_task ON progress_update (org_id, task_id, submitted_at);
CREATE INDEX progress_update_unit ON progress_update (unit_id, submitted_at);
CREATE INDEX progress_update_waiting ON progress_update (submitted_at)
  WHERE submitted_at IS NOT NULL AND confirmed_at IS NULL AND returned_at IS NULL;

-- owner: carrying
CREATE TABLE update_decision (
  org_id UUID NOT NULL,
  id UUID NOT NULL,
  update_id UUID NOT NULL,
  level BIGINT NOT NULL CHECK (level BETWEEN 1 AND 3),
  outcome TEXT NOT NULL CHECK (outcome IN ('confirmed', 'returned')),
  reason TEXT,
  unit_id UUID NOT NULL,
  decided_at BIGINT NOT NULL,
  decided_by UUID NOT NULL,
  PRIMARY KEY (org_id, id),
  FOREIGN KEY (org_id, update_id) REFERENCES progress_update (org_id, id),
  CHECK (outcome = 'confirmed' OR reason <> '')
);
CREATE UNIQUE INDEX update_decision_level ON update_decision (org_id, update_id, level, outcome);

-- owner: carrying
CREATE TABLE update_evidence (
  org_id UUID NOT NULL,
  id UUID NOT NULL,
  update_id UUID NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('link', 'document')),
  url TEXT,
  number TEXT,
  issued_on TEXT,
  issuer TEXT,
  excerpt TEXT,
  created_at BIGINT NOT NULL,
  created_by UUID NOT NULL,
  removed_at BIGINT,
  PRIMARY KEY (org_id, id),
  FOREIGN KEY (org_id, update_id) REFERENCES progress_update (org_id, id)
);
CREATE INDEX update_evidence_update ON update_evidence (org_id, update_id);
