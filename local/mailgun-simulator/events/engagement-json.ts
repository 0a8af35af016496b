import { personalText } from '../messages/message';
import type { MailEvent } from './event';
import type { EventJson } from './event-json';

const PEOPLE: readonly EventJson[] = [
  {
    'client-name': 'Chrome',
    'client-os': 'OS X',
    'client-type': 'browser',
    'device-type': 'desktop',
    'user-agent':
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/144.0.0.0 Safari/537.36',
  },
  {
    'client-name': 'Chrome Mobile',
    'client-os': 'Android',
    'client-type': 'mobile browser',
    'device-type': 'mobile',
    'user-agent':
      'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/144.0.0.0 Mobile Safari/537.36',
  },
];

const UNKNOWN_CLIENT = {
  'client-name': 'unknown',
  'client-os': 'unknown',
  'client-type': 'unknown',
  'device-type': 'unknown',
};

// What says "no bot" has been empty, null and missing.
const NO_BOT: readonly EventJson[] = [{ bot: '' }, { bot: null }, {}];

const UNKNOWN_PLACE = {
  city: 'Unknown',
  country: 'Unknown',
  region: 'Unknown',
  timezone: 'Unknown',
};

/** Fields of what a recipient, or a machine in their name, did with a message. */
export function engagementFields(event: MailEvent, shape: number): EventJson {
  const { message, index, happening } = event;
  const machine = happening === 'openedByMachine' || happening === 'clickedByMachine';
  return {
    message: { headers: { 'message-id': personalText(message, index, message.id) } },
    campaigns: [],
    'recipient-provider': 'Other',
    ip: `203.0.113.${String(1 + (shape % 254))}`,
    'client-info': machine ? machineClient(event, shape) : personsClient(shape),
    geolocation: machine
      ? UNKNOWN_PLACE
      : { city: 'San Antonio', country: 'US', region: 'TX', timezone: 'America/Chicago' },
    ...(happening === 'unsubscribed'
      ? { storage: [] }
      : { 'delivered-at': Math.floor((message.deliveredAtMs[index] ?? 0) / 1000) }),
    ...((happening === 'clicked' || happening === 'clickedByMachine') && {
      url: personalText(message, index, message.link),
    }),
  };
}

function personsClient(shape: number): EventJson {
  return { ...PEOPLE[shape % PEOPLE.length], ...NO_BOT[(shape >>> 5) % NO_BOT.length] };
}

function machineClient({ happening }: MailEvent, shape: number): EventJson {
  const apple = happening === 'openedByMachine' && shape % 4 !== 0;
  return {
    ...UNKNOWN_CLIENT,
    'user-agent': apple ? 'Mozilla/5.0' : 'Mozilla/5.0 (compatible; scanner)',
    bot: apple ? 'apple' : 'generic',
  };
}
