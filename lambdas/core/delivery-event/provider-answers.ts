// Wordings of large mailbox providers and mail servers, for answers whose codes don't tell enough.
// Alternations of plain phrases only: they run over text that strangers wrote.

/** The mailbox exists and gets too much mail, although the code may say otherwise. */
export const rateLimit =
  /receiving mail (at a rate|too quickly)|rate limit|too many (messages|connections|recipients)/i;

/**
 * The receiver asked about the sender's own address and did not like the answer. Words about a user
 * who does not exist are then about the sender.
 */
export const refusedSender =
  /sender (address )?(verif|rejected|denied|unknown|invalid|not found|not known|does(n't| not) exist)|(unknown|invalid|unverified|unresolvable|bad) sender|sender callout|verif(y|ication of) (the )?sender|return[ -]path/i;

/** The mailbox exists and has no room. */
export const fullMailbox =
  /over ?quota|quota exceeded|exceeded (its |the |their )?(storage|quota|mailbox)|mailbox (is )?full|out of storage|insufficient (system )?storage/i;

/** The receiver refuses the sender, its network or the content. */
export const policyBlock =
  /block ?list|black ?list|block list|\bblocked\b|\bS3\d{3}\b|spamhaus|\brbl\b|dnsbl|\bspam\b|reputation|\bpolicy\b|\bdmarc\b|\bspf\b|\bdkim\b|unauthenticated|authentication level|not authenticated|\bbanned\b|unsolicited|relay(ing)? (access )?denied|not permitted to relay|virus|content rejected/i;

/** The mailbox does not exist, or was closed. */
export const deadMailbox =
  /(user|recipient|mailbox|account|address|addressee|email account)( that you tried to reach)? (is )?(unknown|not found|unavailable|disabled|inactive|invalid|closed|suspended|does(n't| not) exist|could not be found|not known|no longer (exists|available|valid))|(unknown|invalid|no such|nonexistent|non-existent) (local part|local user|user|recipient|mailbox|account|address|person)|unroute?able address|no mailbox here|this user doesn't have|user doesn't exist|recipient address rejected: access denied|not our customer|null mx/i;
