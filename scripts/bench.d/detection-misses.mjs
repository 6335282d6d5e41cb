// The positives that Keyward does not report, grouped by why. A text is in the first group that it fits; what fits none is listed as not
// explained, so that nothing is hidden by a rule here.

/** @typedef {import('./detection.mjs').Labelled} Labelled */

/** @type {[string, (text: string, rule: string) => boolean][]} */
const REASONS = [
  ['no secret: an address, an identifier or a name (bucket, ARN, account, client id, user, host)', (text, rule) =>
    /np\.(s3|arn|gcs|google\.1|shopify|linkedin|aws\.3|reactapp\.1|azure\.[1-3])|client-id|access-id|-pub-/.test(rule) || /cloudant-hostname|_account|uname|_user_id|USERID|AWS_ACCOUNT_ID|tenant_id|CLIENT_ID|softlayer-username|cloudant\.com"?$|service_account"$/i.test(text)],
  ['a public key', (text) => /^age1[a-z0-9]+$/.test(text)],
  ['a placeholder: one character over and over, or counting up', (text) => /(.)\1{5,}|12345678|23456789|01234567|abcdefgh|98765432|0123456789|xxxxx|(abcd1234){2}|a?bcdefghij/i.test(text)],
  ['a placeholder: says so itself', (text) => /example|your|dummy|fake|deadbeef|cafebabe|SOME_|super secret private key|yabba/i.test(text)],
  ['a password that is a word, or the word for it', (text) => /open.?sesame|thisismy|whiteduke|[:='" ](pass|secret|password|PASSWORD|pyne|admin|blooberry|centipede|team10|logmein|goodspec|mypass|dev_admin|braksha|mypassword|rootpasswd|Rrhh1234|Secret123|pass123|smtp_password|development#product|CleartextPassword1|TestSource%Password%?)["'@;, \n<]|[:='" ](pass|secret|password|PASSWORD|mypass|Secret123|rootpasswd)$|value with quotes and spaces|USERNAME:PASSWORD|user:secret/m.test(text)],
  ['a hash of a password', (text) => /\$(1|2[aby]|5|6|8|9)\$/.test(text)],
  ['the value has no eight bytes of a key on end, and its name is short', (text) => /m\{\{h|A,\.:-/.test(text)],
  ['a variable, not a value', (text) => /\$\{?[A-Za-z]\w*|#\{|%nothing%|\+ appSecret/.test(text)],
  ['digits only, which every number is', (text) => /["'=: >\s]\d{15,40}["'`<;)\s\\]|\d{15,40}$/m.test(text)],
];

/** @param {Map<string, Labelled[]>} missed @returns {string[]} */
export function misses(missed) {
  /** @type {Map<string, Map<string, string[]>>} */
  const groups = new Map();
  let count = 0;
  for (const [corpus, texts] of missed) {
    for (const { rule, text } of texts) {
      count += 1;
      const reason = REASONS.find(([, is]) => is(text, rule))?.[0] ?? 'not explained: a real shape that is not covered';
      const rules = groups.get(reason) ?? new Map();
      groups.set(reason, rules);
      const key = `${corpus} ${rule}`;
      rules.set(key, [...(rules.get(key) ?? []), text]);
    }
  }
  const size = (/** @type {Map<string, string[]>} */ rules) => [...rules.values()].reduce((sum, { length }) => sum + length, 0);
  return [
    `${count} texts. For each group: the rules of the corpora, and one text of each with its secret cut.`, '',
    ...[...groups].sort(([, a], [, b]) => size(b) - size(a)).flatMap(([reason, rules]) => [
      `- **${size(rules)}: ${reason}.**`,
      ...[...rules].sort(([, a], [, b]) => b.length - a.length).map(([rule, texts]) => `  - ${rule}${texts.length > 1 ? `, ${texts.length} times` : ''}: ${shown(texts[0])}`),
    ]),
  ];
}

/** One line of a text, short, with long tokens cut: this repository holds no whole key. @param {string} text */
function shown(text) {
  const line = text.replaceAll(/\s+/g, ' ').replaceAll('`', "'").trim().replaceAll(/[\w+/=-]{13,}/g, (token) => `${token.slice(0, 8)}…`);
  return `\`${line.slice(0, 70)}${line.length > 70 ? '…' : ''}\``;
}
