// A child process whose output is kept and which never outlives the tests.
import { spawn, type ChildProcess } from 'node:child_process';

const running = new Set<ChildProcess>();

// Playwright sometimes ends a worker with `process.exit`: the children end with it.
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export class Child {
  /** Everything it wrote to its standard output and error. */
  log = '';
  private readonly process: ChildProcess;
  private readonly ended: Promise<void>;

  constructor(
    private readonly program: string,
    args: string[],
    { stdin = 'ignore', ...options }: { cwd?: string; env: Record<string, string>; stdin?: 'ignore' | 'pipe' },
  ) {
    this.process = spawn(program, args, { ...options, stdio: [stdin, 'pipe', 'pipe'] });
    running.add(this.process);
    const keep = (chunk: Buffer) => {
      this.log += chunk.toString();
    };
    this.process.stdout?.on('data', keep);
    this.process.stderr?.on('data', keep);
    this.ended = new Promise((resolve) => {
      this.process.once('error', (error) => {
        this.log += `${error.message}\n`;
        running.delete(this.process);
        resolve();
      });
      this.process.once('close', () => {
        running.delete(this.process);
        resolve();
      });
    });
  }

  /** Writes a line to its standard input, if that is a pipe. */
  write(line: string): void {
    this.process.stdin?.write(`${line}\n`);
  }

  /** Waits until `url` answers with a status below 500. Fails at once if the process ends first. */
  async answers(url: string, withinMs = 30_000): Promise<void> {
    const deadline = Date.now() + withinMs;
    while (running.has(this.process)) {
      try {
        if ((await fetch(url)).status < 500) return;
      } catch {
        // Not listening yet.
      }
      if (Date.now() > deadline) {
        await this.stop();
        throw new Error(`${this.program} does not answer at ${url} after ${withinMs} ms:\n${this.log}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`${this.program} ended before it answered at ${url}:\n${this.log}`);
  }

  /** Asks it to end, kills it after five seconds, and returns when it has ended. */
  async stop(): Promise<void> {
    if (!running.has(this.process)) return;
    this.process.kill('SIGTERM');
    const insist = setTimeout(() => this.process.kill('SIGKILL'), 5_000);
    await this.ended;
    clearTimeout(insist);
  }
}
