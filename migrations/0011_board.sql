-- The change log is followed across organisations, by instant.
CREATE INDEX audit_at ON audit (at);
