/** Programs that a shell script starts, in their order: the first word of every command, after variables set for it. */
export function commandsOf(text: string): { readonly line: number; readonly words: readonly string[] }[] {
  return text.split('\n').flatMap((line, index) => {
    if (/^\s*#/.test(line)) return [];
    const commands = line.split(/\|\||&&|[;|]|\$\(|(?:^|\s)(?:if|then|else|do|while|!)\s/);
    return commands
      .map((command) => command.trim().split(/\s+/).filter((word, position, words) => !words.slice(0, position + 1).every((each) => /^\w+=/.test(each))))
      .filter((words) => words.length > 0 && words[0] !== '')
      .map((words) => ({ line: index + 1, words }));
  });
}

/** Ours that need no installed package, so that they can install the others. */
const plainNode = /^tools\/bootstrap\/[\w-]+\.mjs$/;

function isInstalled([program = '', argument = '']: readonly string[], tools: ReadonlySet<string>): boolean {
  if (program === 'node') return !plainNode.test(argument);
  return program === 'npx' || program === 'jest_in' || tools.has(program);
}

/** What a script of the pipelines starts out of node_modules or of the build without having made sure that it is there. */
export function missingPreparation(text: string, tools: ReadonlySet<string>): string[] {
  const faults: string[] = [];
  let prepared = false;
  for (const { line, words } of commandsOf(text)) {
    const isBuilt = words[0] === 'node' && /^tools\/dist\//.test(words[1] ?? '');
    if (/^(?:needs_workspace|build_all|build_page)$/.test(words[0] ?? '')) prepared = true;
    else if (!prepared && isInstalled(words, tools)) faults.push(`line ${line}: ${words[0]} before needs_workspace`);
    if (isBuilt && !/^build_all$/m.test(text)) faults.push(`line ${line}: ${words[1]} without build_all`);
  }
  return faults;
}
