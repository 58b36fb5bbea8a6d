import type { Server } from 'node:http';

export function serveBuild(port: number, change?: (path: string, bytes: Buffer) => Buffer | string): Server;
