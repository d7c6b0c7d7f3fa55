-- owner: units
CREATE TABLE unit (
  org_id UUID NOT NULL,
  id UUID NOT NULL,
  version BIGINT NOT NULL,
  parent_id UUID,
  kind TEXT NOT NULL,
  is_org BOOLEAN NOT NULL,
  is_listed BOOLEAN NOT NULL,
  code TEXT,
  eid TEXT,
  name TEXT NOT NULL CHECK (name <> ''),
  name_folded TEXT NOT NULL,
  sort_key TEXT NOT NULL,
  ordinal BIGINT NOT NULL,
  tree_from BIGINT NOT NULL,
  tree_to BIGINT NOT NULL,
  exists_from TEXT,
  exists_to TEXT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, id),
  CHECK (tree_from <= tree_to)
);
CREATE UNIQUE INDEX unit_id ON unit (id);
CREATE UNIQUE INDEX unit_eid ON unit (eid);
CREATE INDEX unit_parent ON unit (parent_id, ordinal);
CREATE INDEX unit_position ON unit (tree_from);
CREATE INDEX unit_name ON unit (name_folded);
CREATE INDEX unit_code ON unit (code);

-- owner: units
CREATE TABLE unit_tree (
  id BIGINT PRIMARY KEY NOT NULL,
  version BIGINT NOT NULL
);

-- owner: units
CREATE TABLE unit_version (
  org_id UUID NOT NULL,
  id UUID NOT NULL,
  unit_id UUID NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  parent_id UUID,
  valid_from TEXT,
  valid_to TEXT,
  reason TEXT NOT NULL,
  recorded_at BIGINT NOT NULL,
  replaced_at BIGINT,
  PRIMARY KEY (org_id, id),
  FOREIGN KEY (org_id, unit_id) REFERENCES unit (org_id, id)
);
CREATE INDEX unit_version_unit ON unit_version (unit_id, recorded_at);

-- owner: units
CREATE TABLE unit_alias (
  org_id UUID NOT NULL,
  id UUID NOT NULL,
  unit_id UUID NOT NULL,
  alias TEXT NOT NULL CHECK (alias <> ''),
  alias_folded TEXT NOT NULL,
  recorded_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, id),
  FOREIGN KEY (org_id, unit_id) REFERENCES unit (org_id, id)
);
CREATE UNIQUE INDEX unit_alias_once ON unit_alias (unit_id, alias);
CREATE INDEX unit_alias_folded ON unit_alias (alias_folded);

-- owner: units
CREATE TABLE unit_link (
  org_id UUID NOT NULL,
  id UUID NOT NULL,
  unit_id UUID NOT NULL,
  other_id UUID NOT NULL,
  kind TEXT NOT NULL,
  valid_from TEXT,
  valid_to TEXT,
  recorded_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, id),
  FOREIGN KEY (org_id, unit_id) REFERENCES unit (org_id, id),
  CHECK (unit_id <> other_id)
);
CREATE INDEX unit_link_unit ON unit_link (unit_id);
CREATE INDEX unit_link_other ON unit_link (other_id);

-- owner: units
CREATE TABLE grouping (
  org_id UUID NOT NULL,
  id UUID NOT NULL,
  version BIGINT NOT NULL,
  name TEXT NOT NULL CHECK (name <> ''),
  name_folded TEXT NOT NULL,
  sort_key TEXT NOT NULL,
  aliases JSONB NOT NULL,
  ended_at BIGINT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX grouping_id ON grouping (id);

-- owner: units
CREATE TABLE grouping_member (
  org_id UUID NOT NULL,
  id UUID NOT NULL,
  grouping_id UUID NOT NULL,
  unit_id UUID NOT NULL,
  below_kind TEXT,
  valid_from TEXT,
  valid_to TEXT,
  recorded_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, id),
  FOREIGN KEY (org_id, grouping_id) REFERENCES grouping (org_id, id)
);
CREATE INDEX grouping_member_grouping ON grouping_member (grouping_id);
CREATE INDEX grouping_member_unit ON grouping_member (unit_id);
