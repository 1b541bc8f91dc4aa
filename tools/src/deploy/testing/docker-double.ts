import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';
import { serviceNames } from '../../distributed/environment.js';

/** One call of the double: its words, and what it was told beside them. */
export interface Call {
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** Every container has it: a part of the loopback network that nothing else uses. */
const containerAddress = '127.77.10.1';
/** Variables that the double writes down. */
const told = ['IMAGE_TAG', 'IMAGE_PREFIX', 'REVISION', 'DOCKER_BUILDKIT', 'COMPOSE_DOCKER_CLI_BUILD', 'SECRETS_DIR', 'SETTINGS_DIR', 'TEXTFILE_DIR', 'EDGE_TARGETS_DIR', 'DOMAIN'];
const [endOfCall, endOfWords, endOfWord] = ['\x1e', '\x1d', '\x1f'];
const programs = [...serviceNames, 'operations'];

/**
 * What `docker` answers, as far as deploying asks: images that a build makes, containers that run between `up` and `down`, one
 * volume, and a database without tables. Files below the state folder are its memory.
 */
const script = (state: string) => `#!/bin/sh
state='${state}'
{
  printf '%s\\037' "$@"
  printf '\\035'
  for name in ${told.join(' ')}; do eval "printf '%s=%s\\037' $name \"\\\${$name-}\""; done
  printf '\\036'
} >>"$state/calls"
image() { printf '%s/images/%s' "$state" "$(printf '%s' "$1" | tr '/' '_')"; }
case "$1 $2" in
  'compose version') [ ! -f "$state/engine" ]; exit ;;
  'version --format') cat "$state/engine"; exit 0 ;;
  'image inspect') file=$(image "$5"); [ -f "$file" ] || { echo "No such image: $5" >&2; exit 1; }; cat "$file"; exit 0 ;;
  'volume inspect') [ -d "$state/volume" ] || { echo 'No such volume' >&2; exit 1; }; echo "$state/volume"; exit 0 ;;
  'volume create') mkdir "$state/volume"; exit 0 ;;
  'inspect --format') case $3 in *State*) cat "$state/container"; exit 0 ;; esac; echo '${containerAddress} '; exit 0 ;;
esac
for word in "$@"; do
  case "$word" in
    build|pull)
      for program in ${programs.join(' ')}; do printf '%s' "\${REVISION:-unknown}" >"$(image "$IMAGE_PREFIX$program:$IMAGE_TAG")"; done
      exit 0 ;;
    up) touch "$state/up"; exit 0 ;;
    down) rm -f "$state/up"; exit 0 ;;
    ps) [ ! -f "$state/up" ] || echo container; exit 0 ;;
    pg_dump) printf 'dump'; exit 0 ;;
    pg_restore) cat >/dev/null; exit 0 ;;
    psql)
      case "$*" in *' -c '*) echo '{}'; exit 0 ;; esac
      while read -r line; do case "$line" in *pg_export_snapshot*) echo snapshot ;; *coalesce*) echo '{}' ;; esac; done
      exit 0 ;;
  esac
done
`;

export class DockerDouble {
  private readonly state: string;
  private readonly before = process.env['PATH'];
  private server?: Server;

  /** Takes the place of the real one on the PATH of this process. */
  constructor(folder: string) {
    this.state = join(folder, 'docker-double');
    const bin = join(this.state, 'bin');
    for (const each of [bin, join(this.state, 'images')]) mkdirSync(each, { recursive: true });
    writeFileSync(join(bin, 'docker'), script(this.state));
    chmodSync(join(bin, 'docker'), 0o755);
    process.env['PATH'] = `${bin}:${this.before}`;
  }

  /** Services whose containers run are ready. */
  async answerReady(): Promise<void> {
    const body = JSON.stringify({ success: true, data: { status: 'ok', dependencies: [] } });
    this.server = createServer((_request, response) => response.setHeader('content-type', 'application/json').end(body)).listen(8080, containerAddress);
    await once(this.server, 'listening');
  }

  get calls(): readonly Call[] {
    const file = join(this.state, 'calls');
    const written = existsSync(file) ? readFileSync(file, 'utf8').split(endOfCall).slice(0, -1) : [];
    return written.map((call) => {
      const [words = '', variables = ''] = call.split(endOfWords);
      return { words: words.split(endOfWord).slice(0, -1), environment: Object.fromEntries(variables.split(endOfWord).slice(0, -1).map((line) => line.split(/=(.*)/s).slice(0, 2))) as Record<string, string> }; // two texts each
    });
  }

  /** Calls with one of the words of compose. */
  callsOf(word: string): readonly Call[] {
    return this.calls.filter(({ words }) => words.includes(word));
  }

  /** State and health of every container. */
  sayOfContainer(state: string): void {
    writeFileSync(join(this.state, 'container'), `${state}\n`);
  }

  /** Takes the plugin for compose away, beside an engine of that version. */
  beWithoutPlugin(engine: string): void {
    writeFileSync(join(this.state, 'engine'), `${engine}\n`);
  }

  forget(): void {
    rmSync(join(this.state, 'calls'), { force: true });
  }

  removeImage(name: string): void {
    rmSync(join(this.state, 'images', name.replaceAll('/', '_')));
  }

  imageRevision(name: string): string {
    return readFileSync(join(this.state, 'images', name.replaceAll('/', '_')), 'utf8');
  }

  get volume(): string {
    return join(this.state, 'volume');
  }

  close(): void {
    process.env['PATH'] = this.before;
    this.server?.close();
  }
}
