-- What the repair of damaged passages changed in the text of a document: where, what stood there, how sure.
ALTER TABLE intake ADD COLUMN repairs JSONB NOT NULL DEFAULT '[]';
