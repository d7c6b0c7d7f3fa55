-- owner: intake
CREATE TABLE intake (
  org_id UUID NOT NULL,
  id UUID NOT NULL,
  version BIGINT NOT NULL,
  owner_unit_id UUID NOT NULL,
  file_name TEXT NOT NULL CHECK (file_name <> ''),
  sha256 TEXT NOT NULL,
  size_bytes BIGINT NOT NULL,
  form TEXT NOT NULL,
  amends_id UUID,
  declared_by UUID,
  received_at BIGINT NOT NULL,
  read_at BIGINT,
  failed_at BIGINT,
  failure JSONB NOT NULL,
  head JSONB NOT NULL,
  sections JSONB NOT NULL,
  notes JSONB NOT NULL,
  body TEXT NOT NULL,
  grid JSONB NOT NULL,
  mapping JSONB NOT NULL,
  kept JSONB NOT NULL,
  discarded_at BIGINT,
  committed_at BIGINT,
  programme_id UUID,
  document_id UUID,
  PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX intake_id ON intake (id);
CREATE INDEX intake_owner ON intake (owner_unit_id, received_at);
CREATE INDEX intake_amends ON intake (org_id, amends_id);
CREATE UNIQUE INDEX intake_once ON intake (org_id, sha256) WHERE discarded_at IS NULL;

-- owner: intake
CREATE TABLE intake_item (
  org_id UUID NOT NULL,
  intake_id UUID NOT NULL,
  id UUID NOT NULL,
  version BIGINT NOT NULL,
  position BIGINT NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  confidence DOUBLE PRECISION NOT NULL,
  data JSONB NOT NULL,
  original JSONB NOT NULL,
  merged_into UUID,
  PRIMARY KEY (org_id, intake_id, id),
  FOREIGN KEY (org_id, intake_id) REFERENCES intake (org_id, id)
);
CREATE UNIQUE INDEX intake_item_id ON intake_item (id);
CREATE INDEX intake_item_order ON intake_item (org_id, intake_id, position);
