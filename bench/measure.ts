/** How long something takes, again and again. */
import { readFileSync } from 'node:fs';

/** Of some runs: clock and processor time in ms (of all threads, so collections of garbage are in it). */
export interface Times {
  runs: number;
  p50: number;
  p95: number;
  max: number;
  cpuP50: number;
  cpuP95: number;
}

export class Stopwatch {
  private readonly wall: number[] = [];
  private readonly cpu: number[] = [];

  async time<T>(work: () => Promise<T>): Promise<T> {
    const start = performance.now();
    const cpu = process.cpuUsage();
    const value = await work();
    this.add(performance.now() - start, cpuSince(cpu));
    return value;
  }

  add(wallMs: number, cpuMs: number): void {
    this.wall.push(wallMs);
    this.cpu.push(cpuMs);
  }

  addAll(other: Stopwatch): void {
    this.wall.push(...other.wall);
    this.cpu.push(...other.cpu);
  }

  times(): Times {
    return {
      runs: this.wall.length,
      p50: percentile(this.wall, 0.5),
      p95: percentile(this.wall, 0.95),
      max: percentile(this.wall, 1),
      cpuP50: percentile(this.cpu, 0.5),
      cpuP95: percentile(this.cpu, 0.95),
    };
  }
}

/** Processor time of all threads since `start`, ms. */
export function cpuSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

/** The least value that so many of all are not above. */
function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)];
}

/** The most memory that this process ever had, MB (Linux; elsewhere what Node knows). */
export function peakRss(): number {
  try {
    const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    if (kilobytes !== undefined) return Number(kilobytes) / 1024;
  } catch {
    // No /proc here.
  }
  return process.resourceUsage().maxRSS / 1024;
}
