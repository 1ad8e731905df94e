import type { DatabaseSync } from 'node:sqlite';
import { openDatabase, transaction } from '../database/open-database.ts';

const version = 1;

/**
 * Tasks and what they print, in one database, so that the end of a task and its last lines are one transaction.
 *
 * - `tasks.phase`: `pending`, `running` or `ended` as in the contract's `TaskState`, and `refused` for an execution that was
 *   stopped before it was started. No column holds the command, the environment or a secret.
 * - `chunks`: consecutive lines of one stream a row. `times` is a JSON array, where not all lines have the row's `time`.
 * - `line_ids`: the lines that came through `append`, to know them again.
 */
const schema = `
  CREATE TABLE tasks (
    execution TEXT NOT NULL PRIMARY KEY, phase TEXT NOT NULL, detail TEXT, container INTEGER NOT NULL,
    pid INTEGER, started_at INTEGER, ended_at INTEGER, reason TEXT, exit_code INTEGER, signal INTEGER
  );
  CREATE INDEX tasks_live ON tasks (execution) WHERE phase IN ('pending', 'running');
  CREATE TABLE chunks (
    execution TEXT NOT NULL, sequence INTEGER NOT NULL, stream TEXT NOT NULL, time INTEGER NOT NULL, times TEXT,
    count INTEGER NOT NULL, continues INTEGER NOT NULL, text BLOB NOT NULL, PRIMARY KEY (execution, sequence)
  );
  CREATE TABLE line_ids (execution TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (execution, id)) WITHOUT ROWID;
  CREATE TABLE log_ends (execution TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID;
  PRAGMA user_version = ${version};
`;

export function openTaskDatabase(path: string): DatabaseSync {
  const database = openDatabase(path);
  try {
    const isPrepared = () => {
      const found = Number(database.prepare('PRAGMA user_version').get()?.user_version);
      if (found > version) throw new Error(`${path} was made by a newer version of runvoy: update this one`);
      return found === version;
    };
    if (!isPrepared()) {
      transaction(database, () => {
        if (!isPrepared()) database.exec(schema);
      });
    }
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Adds a row of lines behind what is there, whoever wrote that. */
export const insertChunk = `
  INSERT INTO chunks (execution, sequence, stream, time, times, count, continues, text)
  SELECT ?1, coalesce(max(sequence), 0) + 1, ?2, ?3, ?4, ?5, ?6, ?7 FROM chunks WHERE execution = ?1`;

export const selectLive = "SELECT * FROM tasks WHERE phase IN ('pending', 'running')";
