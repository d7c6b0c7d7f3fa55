-- Tables owned by the store: the job queue, attachments, idempotency keys.

-- owner: store
CREATE TABLE job (
  org_id UUID NOT NULL,
  id UUID NOT NULL,
  queue TEXT NOT NULL,
  job_key TEXT,
  open_key TEXT,
  payload JSONB NOT NULL,
  state TEXT NOT NULL CONSTRAINT job_state CHECK (state IN ('ready', 'leased', 'done', 'dead')),
  due_at BIGINT,
  attempts BIGINT NOT NULL,
  max_attempts BIGINT NOT NULL CONSTRAINT job_max_attempts CHECK (max_attempts > 0),
  lease BIGINT NOT NULL,
  again BOOLEAN NOT NULL,
  worker TEXT,
  last_error TEXT,
  run_at BIGINT NOT NULL,
  finished_at BIGINT,
  PRIMARY KEY (org_id, id),
  CONSTRAINT job_due CHECK ((due_at IS NULL) = (state IN ('done', 'dead')))
);
CREATE UNIQUE INDEX job_open_key ON job (org_id, queue, open_key);
CREATE INDEX job_due_at ON job (queue, state, due_at, id);
CREATE INDEX job_finished_at ON job (state, finished_at);

-- owner: store
CREATE TABLE attachment (
  org_id UUID NOT NULL,
  id UUID NOT NULL,
  owner_kind TEXT NOT NULL,
  owner_id UUID NOT NULL,
  name TEXT NOT NULL CONSTRAINT attachment_name CHECK (name <> ''),
  media_type TEXT NOT NULL,
  size_bytes BIGINT NOT NULL CONSTRAINT attachment_size CHECK (size_bytes >= 0),
  sha256 TEXT NOT NULL CONSTRAINT attachment_sha256 CHECK (length(sha256) = 64),
  created_at BIGINT NOT NULL,
  created_by UUID NOT NULL,
  archived_at BIGINT,
  archived_by UUID,
  PRIMARY KEY (org_id, id)
);
CREATE INDEX attachment_owner ON attachment (org_id, owner_kind, owner_id, created_at);
CREATE INDEX attachment_sha256_index ON attachment (org_id, sha256);

-- owner: store
CREATE TABLE idempotency_key (
  actor_id UUID NOT NULL,
  request_key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  response JSONB,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (actor_id, request_key)
);
CREATE INDEX idempotency_key_created_at ON idempotency_key (created_at);
