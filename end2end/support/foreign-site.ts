// Another site with a page whose form posts to the application, or whose link leads there.
import { createServer, type Server } from 'node:http';

export class ForeignSite {
  private constructor(
    private readonly server: Server,
    private readonly port: number,
  ) {}

  static async start(action: string, fields: Record<string, string>): Promise<ForeignSite> {
    const inputs = Object.entries(fields).map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`);
    return this.serve(`<form method="post" action="${action}">${inputs.join('')}<button>Win a prize</button></form>`);
  }

  static async withLink(target: string): Promise<ForeignSite> {
    return this.serve(`<a href="${target}">A fine site</a>`);
  }

  private static async serve(content: string): Promise<ForeignSite> {
    const page = `<!doctype html><html lang="en"><title>Prizes</title><link rel="icon" href="data:,">
${content}`;
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
      response.end(page);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the foreign site has no port');
    return new ForeignSite(server, address.port);
  }

  /** Another origin of the same site: browsers send cookies from there, whatever their SameSite. */
  get neighbour(): string {
    return `http://127.0.0.1:${this.port}/`;
  }

  /** An entirely different site. */
  get stranger(): string {
    return `http://localhost:${this.port}/`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
