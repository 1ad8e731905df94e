import { useState } from 'preact/hooks';
import { isFinal } from '../../../../src/executions/is-final.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { Icon } from '../../components/icon.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import { isStoppable } from '../../endings.ts';
import { formatDateTime, formatDuration, formatTook, shortId } from '../../format.ts';
import type { LogSession } from '../../log/log-session.ts';
import { navigate } from '../../navigation.ts';
import { useNow } from '../../resource.ts';
import { toggleWait, waits } from '../../waits.ts';
import { StopDialog } from '../executions/stop-dialog.tsx';

export function LogHeader({ executionId, session }: { executionId: string; session: LogSession }) {
  const [stopping, setStopping] = useState(false);
  const described = session.status.value;
  const record = session.record.value;
  const status = session.end.value?.status ?? session.phase.value?.status ?? described?.status;
  const active = status !== undefined && !isFinal(status);
  const command = described?.command ?? `Execution ${shortId(executionId)}`;
  const waiting = waits.value.has(executionId);
  return (
    <header class="log-header">
      <div class="log-title">
        {status && <StatusBadge status={status} />}
        <h1 class="code" title={command}>
          {command}
        </h1>
        <div class="actions">
          {active && (
            <button
              type="button"
              aria-pressed={waiting}
              title="Tell me when it has ended"
              onClick={() => toggleWait(executionId)}
            >
              <Icon name="bell" />
              {waiting ? 'You will be told' : 'Tell me'}
            </button>
          )}
          {status && isStoppable(status) && (
            <button type="button" onClick={() => setStopping(true)}>
              <Icon name="stop" />
              Stop
            </button>
          )}
          {record && (
            <button type="button" onClick={() => navigate('/', { state: { again: record } })}>
              <Icon name="repeat" />
              Run again
            </button>
          )}
        </div>
      </div>
      <Details executionId={executionId} session={session} active={active} />
      {stopping && <StopDialog executionId={executionId} command={command} onClose={() => setStopping(false)} />}
    </header>
  );
}

function Details({ executionId, session, active }: { executionId: string; session: LogSession; active: boolean }) {
  const now = useNow(active);
  const described = session.status.value;
  const record = session.record.value;
  const ended = described?.completed_at;
  const started = described && Date.parse(described.started_at);
  return (
    <details class="log-details">
      <summary>
        <span class="code">{shortId(executionId)}</span>
        {described && (
          <>
            <span class="code">{described.image_id}</span>
            {record && <span>{record.created_by}</span>}
            <span>{formatDateTime(described.started_at)}</span>
            {started !== undefined && (ended !== undefined || active) && (
              <span>
                {ended === undefined ? formatDuration(now - started) : formatTook(Date.parse(ended) - started)}
              </span>
            )}
          </>
        )}
      </summary>
      <dl class="facts card">
        <dt>Execution</dt>
        <dd class="code">
          <div class="copy-line">
            {executionId} <CopyButton text={executionId} />
          </div>
        </dd>
        {described && (
          <>
            <dt>Command</dt>
            <dd>
              <pre class="code block">{record?.argv ? JSON.stringify(record.argv) : described.command}</pre>
            </dd>
          </>
        )}
        <Fact name="Timeout" value={described?.timeout_seconds && formatDuration(described.timeout_seconds * 1000)} />
        <Fact name="Secrets" value={record?.secrets?.join(', ')} />
        <Fact name="Git" value={record?.git_repo && [record.git_repo, record.git_ref, record.git_path].join(' ')} />
        <Fact name="Stopped by" value={record?.stopped_by} />
        <Fact name="Ended" value={ended && formatDateTime(ended)} />
        {record?.created_by_request_id && (
          <>
            <dt>Request</dt>
            <dd class="code">
              <a href={`/trace?request_id=${encodeURIComponent(record.created_by_request_id)}`}>
                {record.created_by_request_id}
              </a>
            </dd>
          </>
        )}
      </dl>
    </details>
  );
}

function Fact({ name, value }: { name: string; value: string | number | undefined }) {
  if (value === undefined || value === '' || value === 0) return null;
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}
