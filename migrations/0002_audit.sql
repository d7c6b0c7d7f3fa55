-- owner: audit
CREATE TABLE audit (
  org_id UUID NOT NULL,
  id UUID NOT NULL,
  at BIGINT NOT NULL,
  account_id UUID,
  actor TEXT NOT NULL,
  origin TEXT NOT NULL,
  action TEXT NOT NULL,
  thing_kind TEXT NOT NULL,
  thing_id UUID NOT NULL,
  before JSONB NOT NULL,
  after JSONB NOT NULL,
  salt BYTEA NOT NULL,
  digest TEXT NOT NULL,
  seal BIGINT,
  PRIMARY KEY (org_id, id)
);
CREATE INDEX audit_thing ON audit (org_id, thing_kind, thing_id, at);
CREATE INDEX audit_unsealed ON audit (org_id, at) WHERE seal IS NULL;
CREATE INDEX audit_recent ON audit (org_id, at);

-- owner: audit
CREATE TABLE audit_seal (
  org_id UUID NOT NULL,
  number BIGINT NOT NULL,
  rows_sealed BIGINT NOT NULL,
  previous TEXT NOT NULL,
  digest TEXT NOT NULL,
  signature TEXT NOT NULL,
  sealed_by TEXT NOT NULL,
  sealed_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, number)
);
