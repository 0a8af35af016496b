import { ok, parameter, refusal, type Call, type Reply } from '../http/call';
import { readForm } from '../http/form';
import type { Route } from '../http/router';
import type { Mailgun } from '../mailgun';
import { entriesOfForm, entriesOfJson } from './entry-input';
import { jsonOf } from './entry-json';
import { pageOfEntries } from './entry-page';
import type { ListName, SuppressionLists } from './suppression-lists';

const LISTS: readonly ListName[] = ['bounces', 'unsubscribes', 'complaints', 'whitelists'];

const NOT_FOUND: Readonly<Record<ListName, string>> = {
  bounces: 'Address not found in bounces table',
  unsubscribes: 'Address not found in unsubscribers table',
  complaints: 'No spam complaints found for this address',
  whitelists: 'Address/Domain not found in allowlist table',
};

const REMOVED: Readonly<Record<ListName, string>> = {
  bounces: 'Bounced addresses for this domain have been removed',
  unsubscribes: 'Unsubscribe event has been removed',
  complaints: 'Spam complaint has been removed',
  whitelists: 'Allowlist address/domain has been removed',
};

const CLEARED: Readonly<Record<ListName, string>> = {
  bounces: 'Bounced addresses for this domain have been removed',
  unsubscribes: 'Unsubscribe addresses for this domain have been removed',
  complaints: 'Complaint addresses for this domain have been removed',
  whitelists: 'Allowlist addresses/domains for this domain have been removed',
};

/** Lists of who must not be mailed: read, add, remove, clear, and the pages they link to. */
export function suppressionRoutes(mailgun: Mailgun): readonly Route[] {
  return LISTS.flatMap((list) => routesOf(mailgun, list));
}

function routesOf(mailgun: Mailgun, list: ListName): readonly Route[] {
  const listsOf = (call: Call) => mailgun.state(parameter(call, 'domain')).suppressions;
  const path = `/v3/:domain/${list}`;
  return [
    {
      endpoint: list,
      method: 'GET',
      path,
      handle: (call) => ok(pageOfEntries(listsOf(call).sorted(list), list, call)),
    },
    { endpoint: list, method: 'POST', path, handle: (call) => add(listsOf(call), list, call) },
    {
      endpoint: list,
      method: 'DELETE',
      path,
      handle: (call) => {
        listsOf(call).clear(list);
        return ok({ message: CLEARED[list] });
      },
    },
    {
      endpoint: list,
      method: 'GET',
      path: `${path}/:address`,
      handle: (call) => {
        const entry = listsOf(call).find(list, parameter(call, 'address'));
        if (!entry) throw refusal(404, NOT_FOUND[list]);
        return ok(jsonOf(list, entry));
      },
    },
    {
      endpoint: list,
      method: 'DELETE',
      path: `${path}/:address`,
      handle: (call) => remove(listsOf(call), list, call),
    },
  ];
}

function remove(lists: SuppressionLists, list: ListName, call: Call): Reply {
  const address = parameter(call, 'address');
  const tag = list === 'unsubscribes' ? tagOf(call) : undefined;
  if (tag !== undefined && lists.find(list, address)) {
    if (!lists.removeTag(address, tag)) {
      throw refusal(404, 'Unsubscribe event for this tag does not exist');
    }
  } else if (!lists.remove(list, address)) {
    throw refusal(404, NOT_FOUND[list]);
  }
  return ok({ message: REMOVED[list], [list === 'whitelists' ? 'value' : 'address']: address });
}

function tagOf(call: Call): string | undefined {
  return call.query.get('tag') ?? readForm(call).text('tag');
}

function add(lists: SuppressionLists, list: ListName, call: Call): Reply {
  const many = call.headers['content-type']?.startsWith('application/json') === true;
  const entries = many ? entriesOfJson(list, call) : entriesOfForm(list, readForm(call));
  for (const entry of entries) lists.add(list, entry);
  const [first] = entries;
  if (list === 'whitelists') {
    const type = first?.address.includes('@') === true ? 'address' : 'domain';
    return ok({
      message: 'Address/Domain has been added to the allowlists table',
      type,
      value: first?.address ?? '',
    });
  }
  return ok(added(list, entries.length, many ? undefined : first?.address));
}

function added(list: ListName, count: number, address: string | undefined): object {
  const what = list === 'complaints' ? 'complaint addresses' : 'addresses';
  const table = `the ${list} table`;
  if (address === undefined)
    return { message: `${String(count)} ${what} have been added to ${table}` };
  return { message: `Address has been added to ${table}`, address };
}
