import { type ErrorCode, type Provider, type ProviderEvent, RunvoyError } from '@runvoy/core/provider';
import { MemoryFailure } from '../../../core/test/support/memory-provider.ts';
import { type Fault, sharedBy } from './support/fault.ts';

type Raw = { type?: unknown; event?: { type?: string; executionId?: string; lines?: { text: string }[] } } | null;

const decodeFault = (
  id: string,
  what: string,
  sentence: string,
  change: (
    raw: Raw,
    decode: () => Promise<ProviderEvent[]>,
    count: () => number,
  ) => Promise<ProviderEvent[]> | ProviderEvent[],
): Fault => ({
  id: `decode.${id}`,
  caughtBy: `decode.${what}`,
  sentence,
  break(provider, context) {
    const calls = sharedBy(context, 'decoded', () => ({ count: 0 }));
    return {
      ...provider,
      decode: async (raw, call) =>
        change(
          raw as Raw,
          () => provider.decode(raw, call),
          () => ++calls.count,
        ),
    };
  },
});

const listenFault = (
  id: string,
  what: string,
  sentence: string,
  make: (listen: Listen, context: { shared: Map<string, unknown> }) => Listen,
): Fault => ({
  id: `listen.${id}`,
  caughtBy: `decode.listen.${what}`,
  sentence,
  break: (provider, context) => ({ ...provider, listen: make(provider.listen!.bind(provider), context) }),
});

type Listen = (deliver: (raw: unknown) => Promise<void>, call: { signal?: AbortSignal }) => Promise<void>;

const receiveFault = (id: string, what: string, sentence: string, make: (receive: Receive) => Receive): Fault => ({
  id: `receive.${id}`,
  caughtBy: `decode.receive.${what}`,
  sentence,
  break: (provider) => ({ ...provider, receive: make(provider.receive!.bind(provider)) }),
});

type Receive = NonNullable<Provider['receive']>;

const isKnown = (raw: Raw): boolean => typeof raw === 'object' && raw !== null && raw.type === 'memory';

const classified: readonly ErrorCode[] = [
  ...(['NOT_FOUND', 'CONFLICT', 'PERMISSION_DENIED', 'THROTTLED', 'CAPACITY_EXCEEDED', 'SERVICE_UNAVAILABLE'] as const),
  ...(['DATABASE_ERROR', 'STORAGE_FULL', 'CANCELLED', 'INVALID_REQUEST', 'PAYLOAD_TOO_LARGE'] as const),
  'CONFIGURATION_INVALID',
];

const classifyFault = (
  id: string,
  what: string,
  sentence: string,
  classify: (error: unknown, right: () => ErrorCode | undefined) => ErrorCode | undefined,
): Fault => ({
  id: `classify.${id}`,
  caughtBy: `classify.${what}`,
  sentence,
  break: (provider) => ({ ...provider, classify: (error) => classify(error, () => provider.classify(error)) }),
});

export const notificationFaults: readonly Fault[] = [
  decodeFault('ignores-tasks', 'task-changed', 'Notifications about tasks are not understood.', async (raw, decode) =>
    isKnown(raw) && raw?.event?.type === 'task-changed' ? [] : decode(),
  ),
  decodeFault('trims-lines', 'log-lines', 'Lines are trimmed, and empty ones dropped.', async (_raw, decode) =>
    (await decode()).map((event) =>
      event.type === 'log-lines' ? { ...event, lines: event.lines.filter(({ text }) => text.trim() !== '') } : event,
    ),
  ),
  decodeFault('new-ids', 'same-ids', 'Every delivery gives its lines new ids.', async (_raw, decode, count) => {
    const turn = count();
    return (await decode()).map((event) =>
      event.type === 'log-lines'
        ? { ...event, lines: event.lines.map((line) => ({ ...line, id: `${turn}-${line.id}` })) }
        : event,
    );
  }),
  decodeFault('ignores-schedule', 'reconcile', 'The scheduled notification is not understood.', async (_raw, decode) =>
    (await decode()).filter(({ type }) => type !== 'reconcile'),
  ),
  decodeFault('refuses-unknown', 'unknown', 'A shape that is not known is refused.', async (raw, decode) => {
    if (!isKnown(raw)) throw new RunvoyError('INVALID_REQUEST', 'unknown notification');
    return decode();
  }),
  decodeFault('ignores-malformed', 'malformed', 'What is malformed is passed over.', async (_raw, decode) =>
    decode().catch(() => []),
  ),
  decodeFault('crashes', 'any-json', 'Parts are used without looking whether they are there.', async (raw, decode) => {
    if ((raw as { type: unknown }).type === undefined) return [];
    return decode();
  }),
  decodeFault('believes', 'damaged', 'Parts are used as they come, whatever their type.', async (raw, decode) =>
    isKnown(raw) && raw?.event ? [raw.event as unknown as ProviderEvent] : decode(),
  ),
  decodeFault('consumes', 'harmless', 'What was decoded is taken out of the notification.', async (raw, decode) => {
    const events = await decode();
    if (isKnown(raw)) delete raw?.event;
    return structuredClone(events);
  }),
  receiveFault('loses', 'genuine', 'What is received is not what was sent.', () => async () => ({ raw: {} })),
  receiveFault('trusts-everybody', 'bare', 'Where a request comes from is not looked at.', () => async ({ body }) => ({
    raw: JSON.parse(body),
  })),
  receiveFault(
    'trusts-any-token',
    'forged',
    'Any token that looks like one will do.',
    (receive) => (request, call) =>
      /memory|other/.test(request.headers.authorization ?? '')
        ? receive({ ...request, headers: { authorization: 'Bearer memory' } }, call)
        : receive(request, call),
  ),
  receiveFault('trusts-bodies', 'nonsense', 'The body is taken for JSON.', (receive) => async (request, call) => {
    await receive({ ...request, body: '{}' }, call);
    return { raw: JSON.parse(request.body) };
  }),
  listenFault(
    'deaf',
    'task-changed',
    'listen delivers nothing.',
    (listen) => (_deliver, call) => listen(async () => undefined, call),
  ),
  listenFault(
    'before-the-end',
    'end-told',
    'A change is told of before it can be seen, and the last one not at all.',
    (listen) => (deliver, call) => {
      let told = 0;
      return listen(async (raw) => {
        if (told++ === 0) await deliver(raw);
      }, call);
    },
  ),
  listenFault(
    'own-tasks-only',
    'others',
    'listen tells the connection that was opened first only.',
    (listen, { shared }) =>
      async (deliver, call) => {
        const isFirst = !shared.has('listening');
        shared.set('listening', true);
        const isOther = shared.has('opened');
        shared.set('opened', true);
        await listen(isFirst && isOther ? deliver : async () => undefined, call);
      },
  ),
  listenFault(
    'rejects-on-abort',
    'stops',
    'listen rejects when its signal aborts.',
    (listen) => async (deliver, call) => {
      await listen(deliver, call);
      throw new Error('aborted');
    },
  ),
  listenFault('never-stops', 'close', 'listen goes on after close.', (listen) => async (deliver, call) => {
    await listen(deliver, call);
    if (!call.signal?.aborted) await new Promise(() => undefined);
  }),
  listenFault(
    'ends-with-its-consumer',
    'failing-consumer',
    'listen ends when its consumer fails.',
    (listen) => async (deliver, call) => {
      const failed = new AbortController();
      const signal = AbortSignal.any([failed.signal, ...(call.signal ? [call.signal] : [])]);
      await listen(async (raw) => deliver(raw).catch(() => failed.abort()), { signal });
    },
  ),
  ...classified.map((code) =>
    classifyFault(`without-${code}`, `code.${code}`, `Errors that mean ${code} are not known.`, (error, right) =>
      error instanceof MemoryFailure && error.failure === code ? undefined : right(),
    ),
  ),
  classifyFault(
    'everything',
    'unknown',
    'What is not known is an internal error.',
    (_error, right) => right() ?? 'INTERNAL_ERROR',
  ),
  classifyFault(
    'throws',
    'unknown',
    'classify looks into what it was given without asking what that is.',
    (error, right) => ((error as { code: string }).code.startsWith('X') ? 'CONFLICT' : right()),
  ),
  classifyFault('own-codes', 'known-codes', 'Codes of the cloud are handed on.', (error, right) =>
    error instanceof MemoryFailure ? (`MEMORY_${error.failure}` as ErrorCode) : right(),
  ),
];
