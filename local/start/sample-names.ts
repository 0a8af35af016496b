/** Given names from many places, some outside ASCII. */
export const GIVEN_NAMES = [
  ...[
    'Ada',
    'Grace',
    'Edsger',
    'Barbara',
    'Linus',
    'Margaret',
    'Dennis',
    'Radia',
    'Alan',
    'Frances',
  ],
  ...['Léa', 'José', 'Zoë', 'Søren', 'Mária', 'Jürgen', 'Łukasz', 'Çağla', 'Siobhán', 'Nuñez'],
  ...['Yuki', 'Wei', 'Min-jun', 'Priya', 'Arjun', 'Fatima', 'Omar', 'Amara', 'Kwame', 'Nia'],
  ...[
    'Olga',
    'Dmitri',
    'Anastasia',
    'Mateo',
    'Valentina',
    'Thiago',
    'Isabela',
    'Noah',
    'Emma',
    'Liam',
  ],
];

/** Family names, among them some that break careless code. */
export const FAMILY_NAMES = [
  ...['Lovelace', 'Hopper', 'Dijkstra', 'Liskov', 'Torvalds', 'Hamilton', 'Ritchie', 'Perlman'],
  ...["O'Brien", "D'Angelo", 'van der Berg', 'de la Cruz', 'Smith-Jones', 'Null', 'True', 'Li'],
  ...['Müller', 'Øvergård', 'Kowalczyk', 'Novák', 'Yılmaz', 'García', 'Fernández', 'Gonçalves'],
  ...['Tanaka', 'Chen', 'Kim', 'Patel', 'Sharma', 'Haddad', 'Mensah', 'Okafor', 'Ivanova', 'Silva'],
];

/** Domains that are reserved for examples: nobody can ever get mail there. */
export const MAIL_DOMAINS = [
  ...['example.com', 'example.com', 'example.com', 'example.org', 'example.net'],
  ...['mail.example.com', 'post.example.org', 'students.example.net'],
];

/** Texts that list owners take for addresses. */
export const NO_ADDRESSES = [
  ...['{} at example.com', '{}@@example.com', '{}@example', '{}@', '@example.com', '{}example.com'],
  ...['{}.@example.com', 'first {}@example.com', '{}@example..com', 'n/a'],
];
