import type { protos } from '@google-cloud/logging';
import { alreadyExists, invalidArgument, notFound } from '../cloud/cloud-error.ts';
import type { Project } from '../cloud/project.ts';
import { timestamp } from '../cloud/time.ts';
import { pageOf } from '../wire/page.ts';
import type { Method, Service } from '../wire/service.ts';
import { writerIdentity } from './built-in-sinks.ts';
import { Sink } from './sink.ts';

type LogSink = protos.google.logging.v2.ILogSink;

/** Per project. */
const mostSinks = 200;
const namePattern = /^[A-Za-z0-9_.-]{1,100}$/;
const destinations =
  /^(pubsub\.googleapis\.com\/projects\/[^/]+\/topics\/[^/]+|storage\.googleapis\.com\/[^/]+|bigquery\.googleapis\.com\/projects\/[^/]+\/datasets\/[^/]+|logging\.googleapis\.com\/projects\/[^/]+(\/locations\/[^/]+\/buckets\/[^/]+)?)$/;

const createSink: Method<protos.google.logging.v2.ICreateSinkRequest, LogSink> = {
  permission: () => 'logging.sinks.create',
  resource: ({ parent }) => parent ?? '',
  handle({ sink }, { project }) {
    const { sinks } = project.logging;
    const wanted = checked(sink);
    if (sinks.has(wanted.name!)) throw alreadyExists(`Sink ${wanted.name} already exists`);
    if (sinks.size >= mostSinks) throw invalidArgument(`A project can have at most ${mostSinks} sinks.`);
    return store(project, wanted);
  },
};

const updateSink: Method<protos.google.logging.v2.IUpdateSinkRequest, LogSink> = {
  permission: () => 'logging.sinks.update',
  resource: ({ sinkName }) => sinkName ?? '',
  handle({ sinkName, sink, updateMask }, { project }) {
    const existing = find(project, sinkName);
    // Without a mask these three are updated, "for backwards compatibility", as the proto says.
    const paths = updateMask?.paths?.length ? updateMask.paths : ['destination', 'filter', 'include_children'];
    const given = (sink ?? {}) as Record<string, unknown>;
    const changed = Object.fromEntries(paths.map((path) => [camelCase(path), given[camelCase(path)]]));
    const wanted = checked({
      ...existing.settings,
      createTime: null,
      updateTime: null,
      ...changed,
      name: existing.settings.name,
    });
    return store(project, wanted, existing);
  },
};

const getSink: Method<protos.google.logging.v2.IGetSinkRequest, LogSink> = {
  permission: () => 'logging.sinks.get',
  resource: ({ sinkName }) => sinkName ?? '',
  handle: ({ sinkName }, { project }) => toProto(find(project, sinkName)),
};

const listSinks: Method<protos.google.logging.v2.IListSinksRequest, protos.google.logging.v2.IListSinksResponse> = {
  permission: () => 'logging.sinks.list',
  resource: ({ parent }) => parent ?? '',
  handle(request, { project }) {
    const { items, nextPageToken } = pageOf([...project.logging.sinks.values()], request);
    return { sinks: items.map((sink) => toProto(sink)), nextPageToken };
  },
};

const deleteSink: Method<protos.google.logging.v2.IDeleteSinkRequest, object> = {
  permission: () => 'logging.sinks.delete',
  resource: ({ sinkName }) => sinkName ?? '',
  handle({ sinkName }, { project }) {
    const { name } = find(project, sinkName).settings;
    if (name === '_Required') throw invalidArgument('The _Required sink cannot be deleted.');
    project.logging.sinks.delete(name);
    return {};
  },
};

/** `google.logging.v2.ConfigServiceV2`: sinks, and nothing else of it. */
export const loggingConfigService: Service = {
  package: 'logging',
  name: 'google.logging.v2.ConfigServiceV2',
  methods: {
    CreateSink: createSink,
    UpdateSink: updateSink,
    GetSink: getSink,
    ListSinks: listSinks,
    DeleteSink: deleteSink,
  },
};

function checked(sink: LogSink | null | undefined): LogSink {
  if (!sink) throw invalidArgument('sink is required');
  if (!namePattern.test(sink.name ?? ''))
    throw invalidArgument(
      `Sink name '${sink.name}' is invalid: 1 to 100 letters, digits, underscores, hyphens and periods`,
    );
  if (!destinations.test(sink.destination ?? ''))
    throw invalidArgument(`Sink destination '${sink.destination}' is not supported`);
  return sink;
}

/** The filter is parsed here, so a wrong one is refused before anything changes. */
function store(project: Project, sink: LogSink, before?: Sink): LogSink {
  const now = project.cloud.clock.now();
  const stored = new Sink({
    name: sink.name!,
    destination: sink.destination!,
    filter: sink.filter ?? '',
    description: sink.description ?? '',
    disabled: sink.disabled ?? false,
    exclusions: (sink.exclusions ?? []).map(({ name, description, filter, disabled }) => ({
      name: name ?? '',
      description: description ?? '',
      filter: filter ?? '',
      disabled: disabled ?? false,
    })),
    includeChildren: sink.includeChildren ?? false,
    writerIdentity: writerIdentity(project.number),
    createTime: before?.settings.createTime ?? now,
    updateTime: now,
  });
  project.logging.sinks.set(sink.name!, stored);
  return toProto(stored);
}

function find(project: Project, sinkName: string | null | undefined): Sink {
  const sink = project.logging.sinks.get(/\/sinks\/([^/]+)$/.exec(sinkName ?? '')?.[1] ?? '');
  if (!sink) throw notFound(`Sink ${sinkName} does not exist`);
  return sink;
}

const toProto = ({ settings }: Sink): LogSink => ({
  ...settings,
  createTime: timestamp(settings.createTime),
  updateTime: timestamp(settings.updateTime),
});

const camelCase = (path: string): string => path.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase());
