-- Erasure of personal data, throttling of log-in by address, and the same file in sibling units.

ALTER TABLE audit ADD COLUMN erased_at BIGINT;
ALTER TABLE person ADD COLUMN erased_at BIGINT;

-- owner: identity
CREATE TABLE login_address (
  address TEXT PRIMARY KEY NOT NULL,
  failures BIGINT NOT NULL,
  window_started_at BIGINT NOT NULL
);

DROP INDEX intake_once;
CREATE UNIQUE INDEX intake_once_per_unit ON intake (org_id, owner_unit_id, sha256) WHERE discarded_at IS NULL;
