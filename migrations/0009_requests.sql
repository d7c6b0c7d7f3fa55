-- owner: calendar
CREATE TABLE holiday (
  org_id UUID NOT NULL,
  day TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('off', 'working', 'ordinary')),
  name TEXT NOT NULL,
  source TEXT NOT NULL,
  recorded_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, day)
);

-- owner: calendar
CREATE TABLE calendar_feed (
  org_id UUID NOT NULL,
  id UUID NOT NULL,
  account_id UUID NOT NULL,
  digest TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  revoked_at BIGINT,
  PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX calendar_feed_digest ON calendar_feed (digest);
CREATE INDEX calendar_feed_account ON calendar_feed (account_id);

-- owner: requests
CREATE TABLE matter (
  org_id UUID NOT NULL,
  id UUID NOT NULL,
  version BIGINT NOT NULL,
  kind TEXT NOT NULL,
  programme_id UUID NOT NULL,
  task_id UUID,
  unit_id UUID NOT NULL,
  with_unit_id UUID,
  body TEXT NOT NULL CHECK (body <> ''),
  search_folded TEXT NOT NULL,
  wanted JSONB NOT NULL,
  before_due_on TEXT,
  answer_by TEXT,
  since_on TEXT,
  opened_by UUID,
  opened_at BIGINT NOT NULL,
  closed_at BIGINT,
  PRIMARY KEY (org_id, id),
  FOREIGN KEY (org_id, programme_id) REFERENCES programme (org_id, id),
  FOREIGN KEY (org_id, task_id) REFERENCES task (org_id, id)
);
CREATE UNIQUE INDEX matter_id ON matter (id);
CREATE INDEX matter_task ON matter (org_id, task_id);
CREATE INDEX matter_programme ON matter (org_id, programme_id, opened_at);
CREATE INDEX matter_unit ON matter (unit_id);
CREATE INDEX matter_with_unit ON matter (with_unit_id);
CREATE INDEX matter_open ON matter (org_id, opened_at) WHERE closed_at IS NULL;

-- owner: requests
CREATE TABLE matter_turn (
  org_id UUID NOT NULL,
  matter_id UUID NOT NULL,
  position BIGINT NOT NULL,
  act TEXT NOT NULL,
  body TEXT NOT NULL,
  unit_id UUID,
  day TEXT,
  account_id UUID,
  name TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (org_id, matter_id, position),
  FOREIGN KEY (org_id, matter_id) REFERENCES matter (org_id, id)
);

-- owner: requests
CREATE TABLE change_limit (
  org_id UUID NOT NULL,
  programme_id UUID NOT NULL,
  version BIGINT NOT NULL,
  extensions BIGINT NOT NULL CHECK (extensions BETWEEN 0 AND 100),
  days BIGINT NOT NULL CHECK (days BETWEEN 0 AND 3650),
  recorded_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, programme_id),
  FOREIGN KEY (org_id, programme_id) REFERENCES programme (org_id, id)
);

-- owner: requests
CREATE TABLE delay_cause (
  org_id UUID NOT NULL,
  id UUID NOT NULL,
  task_id UUID NOT NULL,
  matter_id UUID NOT NULL,
  due_on TEXT,
  cause TEXT NOT NULL CHECK (cause <> ''),
  authority TEXT NOT NULL CHECK (authority <> ''),
  recorded_name TEXT NOT NULL,
  recorded_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, id),
  FOREIGN KEY (org_id, task_id) REFERENCES task (org_id, id),
  FOREIGN KEY (org_id, matter_id) REFERENCES matter (org_id, id)
);
CREATE INDEX delay_cause_task ON delay_cause (org_id, task_id);
CREATE INDEX delay_cause_matter ON delay_cause (org_id, matter_id);

-- owner: requests
CREATE TABLE merged_task (
  org_id UUID NOT NULL,
  task_id UUID NOT NULL,
  into_task_id UUID NOT NULL,
  matter_id UUID NOT NULL,
  merged_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, task_id),
  FOREIGN KEY (org_id, task_id) REFERENCES task (org_id, id),
  FOREIGN KEY (org_id, into_task_id) REFERENCES task (org_id, id),
  FOREIGN KEY (org_id, matter_id) REFERENCES matter (org_id, id)
);
CREATE INDEX merged_task_into ON merged_task (org_id, into_task_id);
CREATE INDEX merged_task_matter ON merged_task (org_id, matter_id);
