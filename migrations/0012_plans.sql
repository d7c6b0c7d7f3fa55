-- Sealing asks every few seconds for the rows of an organisation that bear no seal yet, verifying for those
-- of one seal after the other.
DROP INDEX audit_unsealed;
CREATE INDEX audit_open ON audit (org_id, seal, at) WHERE seal IS NULL;
CREATE INDEX audit_sealed ON audit (org_id, seal, at) WHERE seal IS NOT NULL;
