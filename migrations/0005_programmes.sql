-- owner: programmes
CREATE TABLE document (
  org_id UUID NOT NULL,
  id UUID NOT NULL,
  version BIGINT NOT NULL,
  owner_unit_id UUID NOT NULL,
  number TEXT,
  kind TEXT,
  title TEXT NOT NULL CHECK (title <> ''),
  search_folded TEXT NOT NULL,
  issuer TEXT,
  issued_on TEXT,
  signer TEXT,
  implements JSONB NOT NULL,
  sha256 TEXT,
  file_name TEXT,
  replaces_id UUID,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, id),
  FOREIGN KEY (org_id, replaces_id) REFERENCES document (org_id, id)
);
CREATE UNIQUE INDEX document_id ON document (id);
CREATE INDEX document_owner ON document (owner_unit_id);
CREATE INDEX document_sha256 ON document (org_id, sha256);
CREATE INDEX document_replaces ON document (org_id, replaces_id);

-- owner: programmes
CREATE TABLE document_text (
  org_id UUID NOT NULL,
  document_id UUID NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (org_id, document_id),
  FOREIGN KEY (org_id, document_id) REFERENCES document (org_id, id)
);

-- owner: programmes
CREATE TABLE programme (
  org_id UUID NOT NULL,
  id UUID NOT NULL,
  version BIGINT NOT NULL,
  owner_unit_id UUID NOT NULL,
  title TEXT NOT NULL CHECK (title <> ''),
  title_folded TEXT NOT NULL,
  near_due_days BIGINT NOT NULL CHECK (near_due_days BETWEEN 0 AND 365),
  created_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX programme_id ON programme (id);
CREATE INDEX programme_owner ON programme (owner_unit_id);

-- owner: programmes
CREATE TABLE programme_document (
  org_id UUID NOT NULL,
  programme_id UUID NOT NULL,
  document_id UUID NOT NULL,
  position BIGINT NOT NULL,
  added_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, programme_id, document_id),
  FOREIGN KEY (org_id, programme_id) REFERENCES programme (org_id, id),
  FOREIGN KEY (org_id, document_id) REFERENCES document (org_id, id)
);
CREATE INDEX programme_document_document ON programme_document (org_id, document_id);

-- owner: programmes
CREATE TABLE programme_group (
  org_id UUID NOT NULL,
  programme_id UUID NOT NULL,
  code TEXT NOT NULL,
  title TEXT NOT NULL,
  position BIGINT NOT NULL,
  PRIMARY KEY (org_id, programme_id, code),
  FOREIGN KEY (org_id, programme_id) REFERENCES programme (org_id, id)
);

-- owner: programmes
CREATE TABLE task (
  org_id UUID NOT NULL,
  id UUID NOT NULL,
  version BIGINT NOT NULL,
  programme_id UUID NOT NULL,
  position BIGINT NOT NULL,
  code TEXT,
  group_code TEXT,
  title TEXT NOT NULL CHECK (title <> ''),
  body TEXT,
  search_folded TEXT NOT NULL,
  outputs JSONB NOT NULL,
  due_on TEXT,
  original_due_on TEXT,
  created_at BIGINT NOT NULL,
  ended_at BIGINT,
  PRIMARY KEY (org_id, id),
  FOREIGN KEY (org_id, programme_id) REFERENCES programme (org_id, id)
);
CREATE UNIQUE INDEX task_id ON task (id);
CREATE INDEX task_programme ON task (org_id, programme_id, position);
CREATE INDEX task_due ON task (org_id, due_on) WHERE ended_at IS NULL;

-- owner: programmes
CREATE TABLE deadline (
  org_id UUID NOT NULL,
  id UUID NOT NULL,
  task_id UUID NOT NULL,
  time_text TEXT,
  time_kind TEXT NOT NULL,
  recurrence JSONB NOT NULL,
  start_on TEXT,
  due_on TEXT,
  reason TEXT,
  recorded_at BIGINT NOT NULL,
  ended_at BIGINT,
  PRIMARY KEY (org_id, id),
  FOREIGN KEY (org_id, task_id) REFERENCES task (org_id, id)
);
CREATE INDEX deadline_task ON deadline (org_id, task_id, recorded_at);
CREATE UNIQUE INDEX deadline_current ON deadline (org_id, task_id) WHERE ended_at IS NULL;

-- owner: programmes
CREATE TABLE assignment (
  org_id UUID NOT NULL,
  id UUID NOT NULL,
  task_id UUID NOT NULL,
  position BIGINT NOT NULL,
  role TEXT NOT NULL,
  holder TEXT NOT NULL,
  unit_id UUID,
  grouping_id UUID,
  name TEXT,
  proposed BOOLEAN NOT NULL,
  focal BOOLEAN NOT NULL,
  recorded_at BIGINT NOT NULL,
  ended_at BIGINT,
  PRIMARY KEY (org_id, id),
  FOREIGN KEY (org_id, task_id) REFERENCES task (org_id, id),
  CHECK (holder = 'unit' AND unit_id IS NOT NULL AND grouping_id IS NULL AND name IS NULL
      OR holder = 'grouping' AND grouping_id IS NOT NULL AND unit_id IS NULL AND name IS NULL
      OR holder IN ('person', 'unknown') AND name IS NOT NULL AND unit_id IS NULL AND grouping_id IS NULL
      OR holder = 'awaiting' AND unit_id IS NULL AND grouping_id IS NULL AND name IS NULL)
);
CREATE INDEX assignment_task ON assignment (org_id, task_id, recorded_at);
CREATE INDEX assignment_unit ON assignment (unit_id);
CREATE INDEX assignment_grouping ON assignment (grouping_id);

-- owner: programmes
CREATE TABLE task_source (
  org_id UUID NOT NULL,
  id UUID NOT NULL,
  task_id UUID NOT NULL,
  document_id UUID NOT NULL,
  position BIGINT NOT NULL,
  span_from BIGINT,
  span_to BIGINT,
  quote TEXT NOT NULL,
  due_on TEXT,
  recorded_at BIGINT NOT NULL,
  ended_at BIGINT,
  PRIMARY KEY (org_id, id),
  FOREIGN KEY (org_id, task_id) REFERENCES task (org_id, id),
  FOREIGN KEY (org_id, document_id) REFERENCES document (org_id, id),
  CHECK (span_from IS NULL AND span_to IS NULL OR span_from >= 0 AND span_to >= span_from)
);
CREATE INDEX task_source_task ON task_source (org_id, task_id);
CREATE INDEX task_source_document ON task_source (org_id, document_id);

-- owner: programmes
CREATE TABLE milestone (
  org_id UUID NOT NULL,
  id UUID NOT NULL,
  task_id UUID NOT NULL,
  position BIGINT NOT NULL,
  title TEXT NOT NULL CHECK (title <> ''),
  due_on TEXT,
  completes BOOLEAN NOT NULL,
  recorded_at BIGINT NOT NULL,
  ended_at BIGINT,
  PRIMARY KEY (org_id, id),
  FOREIGN KEY (org_id, task_id) REFERENCES task (org_id, id)
);
CREATE INDEX milestone_task ON milestone (org_id, task_id);
CREATE UNIQUE INDEX milestone_completes ON milestone (org_id, task_id) WHERE completes AND ended_at IS NULL;

-- owner: programmes
CREATE TABLE funding (
  org_id UUID NOT NULL,
  id UUID NOT NULL,
  task_id UUID NOT NULL,
  position BIGINT NOT NULL,
  source TEXT NOT NULL CHECK (source <> ''),
  planned BIGINT NOT NULL CHECK (planned >= 0),
  disbursed BIGINT NOT NULL CHECK (disbursed >= 0),
  recorded_at BIGINT NOT NULL,
  ended_at BIGINT,
  PRIMARY KEY (org_id, id),
  FOREIGN KEY (org_id, task_id) REFERENCES task (org_id, id)
);
CREATE INDEX funding_task ON funding (org_id, task_id);

-- owner: programmes
CREATE TABLE indicator (
  org_id UUID NOT NULL,
  id UUID NOT NULL,
  version BIGINT NOT NULL,
  programme_id UUID NOT NULL,
  position BIGINT NOT NULL,
  code TEXT,
  group_code TEXT,
  name TEXT NOT NULL CHECK (name <> ''),
  search_folded TEXT NOT NULL,
  measure TEXT,
  target_text TEXT,
  target JSONB NOT NULL,
  note TEXT,
  document_id UUID,
  span_from BIGINT,
  span_to BIGINT,
  created_at BIGINT NOT NULL,
  ended_at BIGINT,
  PRIMARY KEY (org_id, id),
  FOREIGN KEY (org_id, programme_id) REFERENCES programme (org_id, id),
  FOREIGN KEY (org_id, document_id) REFERENCES document (org_id, id),
  CHECK (span_from IS NULL AND span_to IS NULL OR span_from >= 0 AND span_to >= span_from)
);
CREATE UNIQUE INDEX indicator_id ON indicator (id);
CREATE INDEX indicator_programme ON indicator (org_id, programme_id, position);
CREATE INDEX indicator_document ON indicator (org_id, document_id);

-- owner: programmes
CREATE TABLE reporting_duty (
  org_id UUID NOT NULL,
  id UUID NOT NULL,
  version BIGINT NOT NULL,
  programme_id UUID NOT NULL,
  position BIGINT NOT NULL,
  who_unit_id UUID,
  who_text TEXT,
  to_unit_id UUID,
  to_text TEXT,
  through_unit_id UUID,
  through_text TEXT,
  what TEXT,
  due JSONB NOT NULL,
  cadence TEXT,
  document_id UUID,
  span_from BIGINT,
  span_to BIGINT,
  created_at BIGINT NOT NULL,
  ended_at BIGINT,
  PRIMARY KEY (org_id, id),
  FOREIGN KEY (org_id, programme_id) REFERENCES programme (org_id, id),
  FOREIGN KEY (org_id, document_id) REFERENCES document (org_id, id),
  CHECK (span_from IS NULL AND span_to IS NULL OR span_from >= 0 AND span_to >= span_from)
);
CREATE UNIQUE INDEX reporting_duty_id ON reporting_duty (id);
CREATE INDEX reporting_duty_programme ON reporting_duty (org_id, programme_id, position);
CREATE INDEX reporting_duty_document ON reporting_duty (org_id, document_id);
