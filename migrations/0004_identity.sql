-- owner: people
CREATE TABLE person (
  org_id UUID NOT NULL,
  id UUID NOT NULL,
  version BIGINT NOT NULL,
  name TEXT NOT NULL CHECK (name <> ''),
  name_folded TEXT NOT NULL,
  title TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX person_id ON person (id);

-- owner: people
CREATE TABLE post (
  org_id UUID NOT NULL,
  id UUID NOT NULL,
  person_id UUID NOT NULL,
  unit_id UUID NOT NULL,
  title TEXT NOT NULL,
  valid_from TEXT,
  valid_to TEXT,
  recorded_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, id),
  FOREIGN KEY (org_id, person_id) REFERENCES person (org_id, id)
);
CREATE INDEX post_person ON post (org_id, person_id);
CREATE INDEX post_unit ON post (unit_id);

-- owner: identity
CREATE TABLE account (
  org_id UUID NOT NULL,
  id UUID NOT NULL,
  version BIGINT NOT NULL,
  person_id UUID NOT NULL,
  login TEXT NOT NULL,
  login_folded TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  must_change BOOLEAN NOT NULL,
  demo BOOLEAN NOT NULL,
  disabled_at BIGINT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, id),
  FOREIGN KEY (org_id, person_id) REFERENCES person (org_id, id)
);
CREATE UNIQUE INDEX account_id ON account (id);
CREATE UNIQUE INDEX account_login ON account (login_folded);

-- owner: identity
CREATE TABLE role_grant (
  org_id UUID NOT NULL,
  id UUID NOT NULL,
  account_id UUID NOT NULL,
  unit_id UUID NOT NULL,
  role TEXT NOT NULL,
  granted_at BIGINT NOT NULL,
  withdrawn_at BIGINT,
  PRIMARY KEY (org_id, id),
  FOREIGN KEY (org_id, unit_id) REFERENCES unit (org_id, id)
);
CREATE INDEX role_grant_account ON role_grant (account_id);
CREATE INDEX role_grant_unit ON role_grant (unit_id);
CREATE UNIQUE INDEX role_grant_once ON role_grant (org_id, account_id, unit_id, role) WHERE withdrawn_at IS NULL;

-- owner: identity
CREATE TABLE session (
  digest TEXT PRIMARY KEY NOT NULL,
  account_id UUID NOT NULL,
  csrf TEXT NOT NULL,
  origin TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX session_account ON session (account_id);
CREATE INDEX session_expiry ON session (expires_at);

-- owner: identity
CREATE TABLE api_token (
  org_id UUID NOT NULL,
  id UUID NOT NULL,
  account_id UUID NOT NULL,
  name TEXT NOT NULL,
  digest TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  revoked_at BIGINT,
  PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX api_token_digest ON api_token (digest);
CREATE INDEX api_token_account ON api_token (account_id);

-- owner: identity
CREATE TABLE login_attempt (
  login_folded TEXT PRIMARY KEY NOT NULL,
  failures BIGINT NOT NULL,
  window_started_at BIGINT NOT NULL
);
