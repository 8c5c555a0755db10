-- Made from tables.py by `python -m latitude.index.tables`; do not edit by hand.

CREATE TABLE meta (
  name VARCHAR NOT NULL,
  value VARCHAR NOT NULL,
  PRIMARY KEY (name)
);

CREATE TABLE session (
  "key" INTEGER NOT NULL,
  id VARCHAR NOT NULL,
  opened VARCHAR NOT NULL,
  closed VARCHAR,
  "end" VARCHAR,
  how VARCHAR NOT NULL,
  detail VARCHAR,
  fingerprint VARCHAR,
  problem VARCHAR,
  provider VARCHAR NOT NULL,
  model VARCHAR NOT NULL,
  returned VARCHAR,
  protocol VARCHAR NOT NULL,
  version INTEGER NOT NULL,
  given VARCHAR NOT NULL,
  settings VARCHAR NOT NULL,
  network VARCHAR NOT NULL,
  study VARCHAR,
  "plan" VARCHAR,
  arm VARCHAR,
  repeat INTEGER,
  seed INTEGER,
  attended BOOLEAN,
  rehearsal BOOLEAN,
  parent VARCHAR,
  turns INTEGER,
  steps INTEGER,
  files INTEGER,
  read INTEGER,
  tokens INTEGER,
  thought INTEGER,
  cost FLOAT,
  seconds FLOAT,
  turn_limit INTEGER NOT NULL,
  journal_bytes INTEGER NOT NULL,
  journal_changed INTEGER NOT NULL,
  journal_file INTEGER NOT NULL,
  annotations_changed INTEGER NOT NULL,
  read_to INTEGER NOT NULL,
  read_seq INTEGER NOT NULL,
  read_prev VARCHAR NOT NULL,
  PRIMARY KEY ("key"),
  UNIQUE (id)
);

CREATE INDEX ix_session_closed ON session (closed);

CREATE INDEX ix_session_newest ON session (substr(id, 1, 15), opened, id);

CREATE INDEX ix_session_study ON session (study);

CREATE TABLE code (
  id INTEGER NOT NULL,
  session INTEGER NOT NULL,
  turn INTEGER,
  name VARCHAR NOT NULL,
  value VARCHAR,
  number FLOAT,
  kind VARCHAR NOT NULL,
  coder VARCHAR NOT NULL,
  at VARCHAR,
  PRIMARY KEY (id),
  FOREIGN KEY(session) REFERENCES session ("key") ON DELETE CASCADE
);

CREATE INDEX ix_code_name ON code (name);

CREATE INDEX ix_code_session ON code (session);

CREATE TABLE tag (
  session INTEGER NOT NULL,
  tag VARCHAR NOT NULL,
  PRIMARY KEY (session, tag),
  FOREIGN KEY(session) REFERENCES session ("key") ON DELETE CASCADE
);

CREATE INDEX ix_tag_tag ON tag (tag);

CREATE TABLE turn (
  id INTEGER NOT NULL,
  session INTEGER NOT NULL,
  turn INTEGER NOT NULL,
  at VARCHAR NOT NULL,
  steps INTEGER NOT NULL,
  questions INTEGER NOT NULL,
  first_call VARCHAR,
  changed INTEGER NOT NULL,
  ours VARCHAR NOT NULL,
  thinking VARCHAR NOT NULL,
  reply VARCHAR NOT NULL,
  tools VARCHAR NOT NULL,
  files VARCHAR NOT NULL,
  PRIMARY KEY (id),
  FOREIGN KEY(session) REFERENCES session ("key") ON DELETE CASCADE
);

CREATE INDEX ix_turn_session ON turn (session);

CREATE TABLE work (
  session INTEGER NOT NULL,
  path VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  language VARCHAR,
  size INTEGER NOT NULL,
  sha256 VARCHAR NOT NULL,
  "commit" VARCHAR NOT NULL,
  first_turn INTEGER NOT NULL,
  last_turn INTEGER NOT NULL,
  PRIMARY KEY (session, path),
  FOREIGN KEY(session) REFERENCES session ("key") ON DELETE CASCADE
);

CREATE VIRTUAL TABLE turn_fts USING fts5(
  ours, thinking, reply, tools, files,
  content='turn', content_rowid='id',
  tokenize='unicode61 remove_diacritics 2'
);

CREATE TRIGGER turn_added AFTER INSERT ON turn BEGIN
  INSERT INTO turn_fts(rowid, ours, thinking, reply, tools, files) VALUES (new.id, new.ours, new.thinking, new.reply, new.tools, new.files);
END;

CREATE TRIGGER turn_gone AFTER DELETE ON turn BEGIN
  INSERT INTO turn_fts(turn_fts, rowid, ours, thinking, reply, tools, files) VALUES ('delete', old.id, old.ours, old.thinking, old.reply, old.tools, old.files);
END;

CREATE TRIGGER turn_changed AFTER UPDATE ON turn BEGIN
  INSERT INTO turn_fts(turn_fts, rowid, ours, thinking, reply, tools, files) VALUES ('delete', old.id, old.ours, old.thinking, old.reply, old.tools, old.files);
  INSERT INTO turn_fts(rowid, ours, thinking, reply, tools, files) VALUES (new.id, new.ours, new.thinking, new.reply, new.tools, new.files);
END;
