import { useState } from 'preact/hooks';
import type { Execution } from '../../../../src/api/index.ts';
import { isFinal } from '../../../../src/executions/is-final.ts';
import { Icon } from '../../components/icon.tsx';
import { ListTable } from '../../components/list-table.tsx';
import { Moment } from '../../components/moment.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import { describeEnding, isStoppable } from '../../endings.ts';
import { formatDuration, formatTook, shortId } from '../../format.ts';
import { logsPath, navigate } from '../../navigation.ts';
import { useNow } from '../../resource.ts';
import { toggleWait, waits } from '../../waits.ts';
import { StopDialog } from './stop-dialog.tsx';

export interface ExecutionTableProps {
  executions: readonly Execution[];
  onChange(): void;
}

export function ExecutionTable({ executions, onChange }: ExecutionTableProps) {
  const now = useNow(true);
  const [stopping, setStopping] = useState<Execution | undefined>(undefined);
  return (
    <>
      <ListTable
        columns={['Status', 'Command', 'Image', 'User', 'Started', { number: 'Took' }]}
        actions
        class="executions"
      >
        {executions.map((execution) => (
          <Row key={execution.execution_id} execution={execution} now={now} onStop={() => setStopping(execution)} />
        ))}
      </ListTable>
      {stopping && (
        <StopDialog
          executionId={stopping.execution_id}
          command={stopping.command}
          onClose={() => setStopping(undefined)}
          onStopped={onChange}
        />
      )}
    </>
  );
}

function Row({ execution, now, onStop }: { execution: Execution; now: number; onStop(): void }) {
  const { execution_id, command, status, image_id, created_by, started_at, exit_code } = execution;
  const id = shortId(execution_id);
  const active = !isFinal(status);
  const waiting = waits.value.has(execution_id);
  const failed = status === 'FAILED';
  return (
    <tr>
      <td class="status-cell">
        <StatusBadge status={status} />
        {failed && <span class="exit-code">exit {exit_code}</span>}
      </td>
      <td class="command-cell">
        <a href={logsPath(execution_id)} data-row-link title={command}>
          {command}
        </a>
        <span class="muted small-text">
          <span class="code">{id}</span>
          {failed && execution.reason && execution.reason !== 'exited' && (
            <> · {describeEnding({ ...execution }).title}</>
          )}
          {execution.logs_complete === false && <> · log incomplete</>}
        </span>
      </td>
      <td data-label="Image" class="code">
        {image_id}
      </td>
      <td data-label="User">{created_by}</td>
      <td data-label="Started">
        <Moment time={started_at} now={now} />
      </td>
      <td data-label="Took" class="number">
        {tookOf(execution, now)}
      </td>
      <td class="row-actions">
        {active && (
          <button
            type="button"
            class="quiet"
            aria-pressed={waiting}
            aria-label={`Tell me when ${id} has ended`}
            title={waiting ? 'You will be told when it has ended' : 'Tell me when it has ended'}
            onClick={() => toggleWait(execution_id)}
          >
            <Icon name="bell" />
          </button>
        )}
        {isStoppable(status) && (
          <button type="button" class="quiet" aria-label={`Stop ${id}`} title="Stop" onClick={onStop}>
            <Icon name="stop" />
          </button>
        )}
        <button
          type="button"
          class="quiet"
          aria-label={`Run ${id} again`}
          title="Run again"
          onClick={() => navigate('/', { state: { again: execution } })}
        >
          <Icon name="repeat" />
        </button>
      </td>
    </tr>
  );
}

function tookOf({ status, started_at, completed_at }: Execution, now: number): string {
  if (completed_at !== undefined) return formatTook(Date.parse(completed_at) - Date.parse(started_at));
  return isFinal(status) ? '–' : formatDuration(now - Date.parse(started_at));
}
