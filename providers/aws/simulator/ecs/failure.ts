/** Why a task cannot start: its `stoppedReason`. */
export class TaskFailure extends Error {
  override name = 'TaskFailure';
}
