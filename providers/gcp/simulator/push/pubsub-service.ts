import { invalidArgument } from '../cloud/cloud-error.ts';
import { accountName } from '../iam/accounts.ts';
import type { AnyMethod, Method, Need, Service, StreamMethod } from '../wire/service.ts';
import type { PushConfig, Subscription } from './pubsub-front.ts';

type Fields = Record<string, unknown>;
type Side = 'Publisher' | 'Subscriber';
type Forwarded = Method<Fields, object>;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const member = (value: unknown, key: string): string => text((value as Fields | null)?.[key]);
const by = (key: string) => (request: Fields) => text(request[key]);

/** What the emulator does is left to it. `permission` and `resource` are what Pub/Sub asks for. */
const forwarded = (side: Side, name: string, permission: string, resource: (request: Fields) => string): Forwarded => ({
  permission: () => permission,
  resource,
  handle: (request, { project }) => project.pubsub.call(side, name, request),
});

const createSubscription: Method<Fields & Subscription, object> = {
  permission: () => 'pubsub.subscriptions.create',
  resource: ({ name }) => name,
  also: (request) => [
    { permission: 'pubsub.topics.attachSubscription', resource: text(request.topic) },
    ...actAs(request.pushConfig),
  ],
  async handle(request, call) {
    const { pubsub, cloud, pubsubFront } = call.project;
    checkPush(request.pushConfig);
    if (cloud.knobs.push === 'emulator') return pubsub.call('Subscriber', 'CreateSubscription', request);
    const created = await pubsub.call<Subscription>('Subscriber', 'CreateSubscription', pubsubFront.hide(request));
    pubsubFront.set(created, request.pushConfig);
    return pubsubFront.show(created);
  },
};

const getSubscription: Forwarded = {
  permission: () => 'pubsub.subscriptions.get',
  resource: by('subscription'),
  async handle(request, { project }) {
    return project.pubsubFront.show(await project.pubsub.call('Subscriber', 'GetSubscription', request));
  },
};

const listSubscriptions: Forwarded = {
  permission: () => 'pubsub.subscriptions.list',
  resource: by('project'),
  async handle(request, { project }) {
    const listed = await project.pubsub.call<{ subscriptions: Subscription[] }>(
      'Subscriber',
      'ListSubscriptions',
      request,
    );
    return { ...listed, subscriptions: listed.subscriptions.map((each) => project.pubsubFront.show(each)) };
  },
};

const updateSubscription: Method<
  Fields & { subscription: Subscription; updateMask: { paths: string[] } | null },
  object
> = {
  permission: () => 'pubsub.subscriptions.update',
  resource: ({ subscription }) => subscription?.name ?? '',
  also: ({ subscription, updateMask }) =>
    updateMask?.paths.includes('push_config') ? actAs(subscription?.pushConfig) : [],
  async handle(request, call) {
    const { pubsub, cloud, pubsubFront } = call.project;
    const { subscription } = request;
    const paths = request.updateMask?.paths ?? [];
    const setsPush = paths.includes('push_config');
    if (setsPush) checkPush(subscription.pushConfig);
    if (cloud.knobs.push === 'emulator') return pubsub.call('Subscriber', 'UpdateSubscription', request);
    const others = paths.filter((path) => path !== 'push_config');
    const updated =
      setsPush && others.length === 0
        ? await pubsub.call<Subscription>('Subscriber', 'GetSubscription', { subscription: subscription.name })
        : await pubsub.call<Subscription>('Subscriber', 'UpdateSubscription', {
            subscription: pubsubFront.hide(subscription),
            updateMask: { paths: others },
          });
    pubsubFront.set(updated, setsPush ? subscription.pushConfig : pubsubFront.show(updated).pushConfig);
    return pubsubFront.show(updated);
  },
};

const modifyPushConfig: Method<Fields & { subscription: string; pushConfig: PushConfig | null }, object> = {
  permission: () => 'pubsub.subscriptions.update',
  resource: ({ subscription }) => subscription,
  also: ({ pushConfig }) => actAs(pushConfig),
  async handle(request, { project }) {
    const { pubsub, cloud, pubsubFront } = project;
    checkPush(request.pushConfig);
    if (cloud.knobs.push === 'emulator') return pubsub.call('Subscriber', 'ModifyPushConfig', request);
    const { subscription, pushConfig } = request;
    pubsubFront.set(await pubsub.call<Subscription>('Subscriber', 'GetSubscription', { subscription }), pushConfig);
    return {};
  },
};

const deleteSubscription: Forwarded = {
  permission: () => 'pubsub.subscriptions.delete',
  resource: by('subscription'),
  async handle(request, { project }) {
    const answer = await project.pubsub.call<object>('Subscriber', 'DeleteSubscription', request);
    project.pubsubFront.remove(text(request.subscription));
    return answer;
  },
};

/** Straight through to the emulator, in both directions. */
const streamingPull: StreamMethod = {
  permission: 'pubsub.subscriptions.consume',
  resource: ({ subscription }: { subscription: string }) => subscription,
  handle(stream, first, { pubsub }) {
    const asIs = (bytes: Buffer) => bytes;
    const behind = pubsub
      .client()
      .makeBidiStreamRequest<Buffer, Buffer>('/google.pubsub.v1.Subscriber/StreamingPull', asIs, asIs);
    behind.write(first);
    stream.on('data', (bytes: Buffer) => behind.write(bytes));
    stream.on('end', () => behind.end());
    stream.on('cancelled', () => behind.cancel());
    behind.on('data', (bytes: Buffer) => stream.write(bytes));
    behind.on('error', (error) => stream.emit('error', error));
    behind.on('end', () => stream.end());
  },
};

const publisher: Record<string, AnyMethod> = {
  CreateTopic: forwarded('Publisher', 'CreateTopic', 'pubsub.topics.create', by('name')),
  UpdateTopic: forwarded('Publisher', 'UpdateTopic', 'pubsub.topics.update', ({ topic }) => member(topic, 'name')),
  Publish: forwarded('Publisher', 'Publish', 'pubsub.topics.publish', by('topic')),
  GetTopic: forwarded('Publisher', 'GetTopic', 'pubsub.topics.get', by('topic')),
  ListTopics: forwarded('Publisher', 'ListTopics', 'pubsub.topics.list', by('project')),
  ListTopicSubscriptions: forwarded('Publisher', 'ListTopicSubscriptions', 'pubsub.topics.get', by('topic')),
  DeleteTopic: forwarded('Publisher', 'DeleteTopic', 'pubsub.topics.delete', by('topic')),
};

const subscriber: Record<string, AnyMethod> = {
  CreateSubscription: createSubscription,
  GetSubscription: getSubscription,
  ListSubscriptions: listSubscriptions,
  UpdateSubscription: updateSubscription,
  ModifyPushConfig: modifyPushConfig,
  DeleteSubscription: deleteSubscription,
  Pull: forwarded('Subscriber', 'Pull', 'pubsub.subscriptions.consume', by('subscription')),
  Acknowledge: forwarded('Subscriber', 'Acknowledge', 'pubsub.subscriptions.consume', by('subscription')),
  ModifyAckDeadline: forwarded('Subscriber', 'ModifyAckDeadline', 'pubsub.subscriptions.consume', by('subscription')),
  Seek: forwarded('Subscriber', 'Seek', 'pubsub.subscriptions.consume', by('subscription')),
};

/** `google.pubsub.v1`, in front of the emulator: it has permissions and signed pushes, which the emulator lacks. */
export const publisherService: Service = { package: 'pubsub', name: 'google.pubsub.v1.Publisher', methods: publisher };
export const subscriberService: Service = {
  package: 'pubsub',
  name: 'google.pubsub.v1.Subscriber',
  methods: subscriber,
  streams: { StreamingPull: streamingPull },
};

/** Whoever has an account sign pushes must be allowed to act as it. */
function actAs(config: PushConfig | null | undefined): Need[] {
  const account = config?.oidcToken?.serviceAccountEmail;
  return account ? [{ permission: 'iam.serviceAccounts.actAs', resource: accountName(account) }] : [];
}

/** Plain HTTP is for this machine only. */
function checkPush(config: PushConfig | null | undefined): void {
  const endpoint = config?.pushEndpoint;
  if (!endpoint) return;
  if (!/^(https:\/\/|http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/])/.test(endpoint) || !URL.canParse(endpoint))
    throw invalidArgument(
      `Invalid push endpoint given (endpoint=${endpoint}). Refer to https://cloud.google.com/pubsub/docs/push#receive_push for more information.`,
    );
}
