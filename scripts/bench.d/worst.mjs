// Texts built to defeat the scanner: what starts verifiers in vain, again and again, as densely as it goes.

/**
 * @typedef {object} Worst
 * @property {string} name
 * @property {string} unit repeated until the text has its size
 */

/**
 * The list, deterministic.
 * @param {import('./regexps.mjs').Detector[]} detectors with examples: the text, the key between « and » where there is more
 * @returns {Worst[]}
 */
export function worstTexts(detectors) {
  const dash = '-----';
  const pem = (/** @type {string} */ kind) => `${dash}BEGIN ${kind}${dash}`;
  const line = 'MIIEpAIBAAKCAQEA0Z3VS5JJcds3xfn/ygWyF8PbnGy0AHB7MbuXb4kqcP5tYkrX';
  /** @type {[string, string][]} */
  const texts = [
    ['PEM headers', `${pem('RSA PRIVATE KEY')}\n`],
    ['PEM headers without a break', pem('PRIVATE KEY')],
    ['PEM headers, quoted', `"${pem('EC PRIVATE KEY')}\\n`],
    ['PEM header and a line', `${pem('OPENSSH PRIVATE KEY')}\n${line}\n`],
    ['PEM header and many lines', `${pem('RSA PRIVATE KEY')}\n${`${line}\n`.repeat(60)}`],
    ['PEM footers', `${dash}END RSA PRIVATE KEY${dash}\n`],
    ['PEM of certificates', `${pem('CERTIFICATE')}\n${`${line}\n`.repeat(12)}${dash}END CERTIFICATE${dash}\n`],
    ['dashes', '-'],
    ['JWT heads', ['eyJ', 'hbGciOiJIUzI1NiJ9.'].join('')],
    ['JWT heads, short', 'eyJ.'],
    ['JWT heads without a break', 'eyJ'],
    ['JWT heads, two parts', ['eyJ', 'hbGciOiJIUzI1NiJ9.', 'eyJ', 'zdWIiOiJhIn0 '].join('')],
    ['JWT parts', ['eyJ', 'hbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.', 'eyJ', 'zdWIiOiI2MDc5YzFkYzE5ZjcifQ.'].join('')],
    ['sk-proj-', ['sk', '-proj-'].join('')],
    ['sk-proj-, spaced', ['sk', '-proj- '].join('')],
    ['sk-', 'sk-'],
    ['sk- and 31 digits', `sk-${'0123456789abcdef0123456789abcde'} `],
    ['xoxb-', ['xox', 'b-'].join('')],
    ['xoxb- and digits', ['xox', 'b-1234567890-'].join('')],
    ['ghp_', ['gh', 'p_'].join('')],
    ['AKIA', ['AK', 'IA'].join('')],
    ['api_key="', 'api_key="'],
    ['api_key = "aaaa', 'api_key = "aaaaaaaaaaaaaaaaaaaaaaaa'],
    ['api_key: key, no secret', 'api_key: api_key, '],
    ['key=key=', 'key=key='],
    ['names of secrets', 'twitter_discord_mistral_token_secret_password_key="'],
    ['names and tokens', 'mistral 0123456789abcdef0123456789abcdef azure '],
    ['password=', 'password='],
    ['Authorization: Bearer', 'Authorization: Bearer '],
    ['Authorization: Basic', 'Authorization: Basic dXNlcjpwYXNz '],
    ['bearer tokens', '"Authorization": "Bearer aGVsbG8tdGhlcmUtaGVsbG8tdGhlcmU="\n'],
    ['base64', 'TG9yZW0gaXBzdW0gZG9sb3Igc2l0IGFtZXQsIGNvbnNlY3RldHVyIGFkaXBpc2Npbmcg'],
    ['base64 with + and /', 'a+b/c8Q+zX/9k+T/'],
    ['base64 in lines', `${line}\n`],
    ['hexadecimal', '0123456789abcdef'],
    ['hexadecimal, 32 and a space', '0123456789abcdef0123456789abcdef '],
    ['hexadecimal, 64 and a space', '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 '],
    ['UUIDs', '6f1c7a2e-3b1d-4c8e-9f20-5a7b8c9d0e1f '],
    ['tokens of 40', 'k7Wq2mXvTz8LqXrVt9qWmX7rLcbHs8Dn4JkV6tAb '],
    ['one long run', 'a'],
    ['one long run of random letters', 'kqzWvYpLmXtRbNcJhGfDsAoIuEyTqWzPlMkNjBvHgCxFdZsAqWeRtYuIoP'],
    ['a boundary every second', 'a-'],
    ['underscores', 'a_'],
    ['dots', 'a.'],
    ['runs of eight', 'aaaaaaaa '],
    ['runs of eight, dots', 'aaaaaaaa.'],
    ['runs of sixteen, quoted', '"aaaaaaaaaaaaaaaa" '],
    ['runs of twenty, equals', 'aaaaaaaaaaaaaaaaaaaa='],
    ['quotes', '"'],
    ['backslashes', '\\'],
    ['escapes', '\\n\\t'],
    ['escapes of Unicode', '\\u003d'],
    ['percent-encodings', '%3D%22'],
    ['percent-encoded names', 'api%5Fkey%3D%22'],
    ['colours of a terminal', '\x1b[31m\x1b[0m'],
    ['colours and a run', '\x1b[31mabcdefgh\x1b[0m'],
    ['user information', 'https://user:password@'],
    ['user information without an end', 'postgres://user:'],
    ['schemes', '://'],
    ['schemes, letters', 'https://'],
    ['a URL with a long password', `postgres://user:${'a'.repeat(120)} `],
    ['queries', 'https://host.example/path?sig=aaaaaaaaaaaaaaaaaaaaaaaaaaaa&'],
    ['connection strings', 'Server=host;User Id=sa;'],
    ['JDBC', 'jdbc:mysql://host:3306/db?user=crm&'],
    ['zero-width characters', '\u200b'],
    ['zero-width characters in a key', `s\u200bk\u200b-\u200b0\u200b1\u200b2\u200b3\u200b`],
    ['a zero-width character and a run', '\u200babcdefgh'],
    ['Chinese', '密钥是'],
    ['Chinese and keys', `密钥sk-${'0123456789abcdef0123456789abcde'}密`],
    ['emoji', '🔑'],
    ['combining characters', 'e\u0301'],
    ['spaces', ' '],
    ['lines', '\n'],
    ['NUL', '\0'],
    ['NUL and a run', '\0abcdefgh'],
    ['soft-wrapped', `sk-${'0123456789abcdef'}\n${'0123456789abcde'}\n`],
    ['digits', '1234567890'],
    ['numbers', '1234567890:'],
  ];
  const list = texts.map(([name, unit]) => ({ name, unit }));
  for (const { id, examples, pattern } of detectors) {
    for (const example of examples.slice(0, 1)) {
      const text = example.replaceAll('<>', '');
      const marked = /«([^]*)»/.exec(text);
      const whole = text.replace(/[«»]/g, '');
      const key = marked ? marked[1] : whole;
      // As far as the last character, which is not one of a key; and one more of a key than there may be.
      list.push({ name: `${id}: all but the last character`, unit: whole.replace(key, `${key.slice(0, -1)}~`) });
      list.push({ name: `${id}: another last character`, unit: `${whole.replace(key, key.slice(0, -1) + (key.endsWith('x') ? 'y' : 'x'))} ` });
      list.push({ name: `${id}: the beginning`, unit: key.slice(0, Math.max(4, (/^[\w.-]*?[_-]/.exec(key)?.[0] ?? '').length)) });
      list.push({ name: `${id}: key upon key`, unit: key });
      list.push({ name: `${id}: keys`, unit: `${whole}\n` });
    }
    const literal = /^[\w.-]{3,}/.exec(pattern.replace(/\\/g, ''))?.[0];
    if (literal) list.push({ name: `${id}: its literal`, unit: literal });
  }
  return list;
}
