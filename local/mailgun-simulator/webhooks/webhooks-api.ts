import { ok, parameter, Refusal, refusal, type Call, type Reply } from '../http/call';
import { readForm, type Form } from '../http/form';
import type { Route } from '../http/router';
import type { Mailgun } from '../mailgun';
import type { WebhookId } from '../model/happenings';
import { isWebhookId, MAX_URLS, type WebhookRegistry } from './registry';

/** Registration of webhooks for one domain, in its third and fourth version. */
export function webhookRoutes(mailgun: Mailgun): readonly Route[] {
  const registryOf = (call: Call) => mailgun.state(parameter(call, 'domain')).webhooks;
  return [...thirdVersion(registryOf), ...fourthVersion(registryOf)];
}

type RegistryOf = (call: Call) => WebhookRegistry;

function thirdVersion(registryOf: RegistryOf): readonly Route[] {
  const path = '/v3/domains/:domain/webhooks';
  const one = { endpoint: 'webhooks', path: `${path}/:name` };
  return [
    {
      endpoint: 'webhooks',
      method: 'GET',
      path,
      handle: (call) => ok({ webhooks: registryOf(call).list() }),
    },
    {
      endpoint: 'webhooks',
      method: 'POST',
      path,
      handle: (call) => {
        const registry = registryOf(call);
        const form = readForm(call);
        const id = webhookId(form.text('id'));
        if (registry.urls(id).length > 0) throw refusal(400, 'Webhook already exists');
        return set(registry, id, urlsOf(form), 'Webhook has been created');
      },
    },
    {
      ...one,
      method: 'GET',
      handle: (call) => {
        const urls = existing(registryOf(call), parameter(call, 'name')).urls;
        return ok({ webhook: { urls } });
      },
    },
    {
      ...one,
      method: 'PUT',
      handle: (call) => {
        const registry = registryOf(call);
        const { id } = existing(registry, parameter(call, 'name'));
        return set(registry, id, urlsOf(readForm(call)), 'Webhook has been updated');
      },
    },
    {
      ...one,
      method: 'DELETE',
      handle: (call) => {
        const registry = registryOf(call);
        const { id, urls } = existing(registry, parameter(call, 'name'));
        registry.set(id, []);
        return ok({ message: 'Webhook has been deleted', webhook: { urls } });
      },
    },
  ];
}

function fourthVersion(registryOf: RegistryOf): readonly Route[] {
  const all = { endpoint: 'webhooks', path: '/v4/domains/:domain/webhooks' };
  return [
    {
      ...all,
      method: 'POST',
      handle: (call) => {
        const registry = registryOf(call);
        const form = readForm(call);
        for (const id of eventTypes(form)) {
          for (const url of urlsOf(form)) addUrl(registry, id, url);
        }
        return ok({ webhooks: registry.list() });
      },
    },
    {
      ...all,
      method: 'PUT',
      handle: (call) => {
        const registry = registryOf(call);
        const form = readForm(call);
        const wanted = eventTypes(form);
        for (const url of urlsOf(form)) {
          removeUrl(registry, url);
          for (const id of wanted) addUrl(registry, id, url);
        }
        return ok({ webhooks: registry.list() });
      },
    },
    {
      ...all,
      method: 'DELETE',
      handle: (call) => {
        const registry = registryOf(call);
        const given = call.query.getAll('url').flatMap((text) => text.split(','));
        const urls = given.length > 0 ? given : urlsOf(readForm(call));
        for (const url of urls) removeUrl(registry, url);
        return ok({ webhooks: registry.list() });
      },
    },
  ];
}

function set(
  registry: WebhookRegistry,
  id: WebhookId,
  urls: readonly string[],
  message: string,
): Reply {
  if (urls.length === 0) throw refusal(400, 'url parameter is missing');
  if (urls.length > MAX_URLS) {
    throw refusal(400, `Too many urls, max is ${String(MAX_URLS)}`);
  }
  registry.set(id, urls);
  return ok({ message, webhook: { urls } });
}

function addUrl(registry: WebhookRegistry, id: WebhookId, url: string): void {
  const urls = registry.urls(id);
  if (urls.includes(url)) {
    throw reason(`Webhook for event type '${id}' with URL '${url}' already exists`);
  }
  if (urls.length >= MAX_URLS) {
    throw reason(`Too many webhooks for event type '${id}', max is ${String(MAX_URLS)}`);
  }
  registry.set(id, [...urls, url]);
}

function removeUrl(registry: WebhookRegistry, url: string): void {
  for (const id of Object.keys(registry.list()).filter(isWebhookId)) {
    registry.set(
      id,
      registry.urls(id).filter((each) => each !== url),
    );
  }
}

function existing(registry: WebhookRegistry, name: string) {
  if (!isWebhookId(name) || registry.urls(name).length === 0) {
    throw refusal(404, 'Webhook not found');
  }
  return { id: name, urls: registry.urls(name) };
}

function eventTypes(form: Form): readonly WebhookId[] {
  const names = form.texts('event_types').flatMap((text) => text.split(','));
  if (names.length === 0) throw reason('event_types parameter is missing');
  return names.map((name) => webhookId(name.trim()));
}

function webhookId(text: string | undefined): WebhookId {
  if (text === undefined || !isWebhookId(text)) {
    throw reason(`'${text ?? ''}' is not a valid event type`);
  }
  return text;
}

function urlsOf(form: Form): readonly string[] {
  return form.texts('url').map((url) => {
    const parsed = URL.parse(url);
    if (parsed?.protocol !== 'http:' && parsed?.protocol !== 'https:') {
      throw reason(`${url} is not a valid url: host not found`);
    }
    return url;
  });
}

function reason(text: string): Refusal {
  return new Refusal(400, { Reason: text });
}
