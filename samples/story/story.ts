import { filetimeOf } from '../../worker/testing/traceClock.ts';
import { TraceBuilder } from '../../worker/testing/traceBuilder.ts';
import { tellBystanders } from './bystanders.ts';
import { makeCast, makePools } from './cast.ts';
import { tellDefender } from './defender.ts';
import { tellDevenv } from './devenv.ts';
import { tellEventLeak } from './eventLeak.ts';
import { tellExplorer, tellVolumeObject } from './explorer.ts';
import { writeEndRundown, writeStartRundown } from './rundown.ts';
import { Schedule } from './schedule.ts';
import { tellTunnel } from './tunnel.ts';
import { type Proc, PROCESSORS, World } from './world.ts';

/** 12:46:34 local time, two hours ahead of UTC. */
export const START = filetimeOf(new Date('2024-05-10T10:46:34Z'));
const DURATION_FILETIME = 100_000_000n;

/** The sample trace: the same bytes on every run. README.md tells what is in it. */
export function tellHandleLeak(): TraceBuilder {
  const cast = makeCast();
  const t = new TraceBuilder({
    startTimeFiletime: START,
    endTimeFiletime: START + DURATION_FILETIME,
    timeZoneBiasMinutes: -120,
    processors: PROCESSORS,
    osBuild: 19045,
    sessionName: 'Relogger',
    logFileName: '[multiple files]',
    logFileHeader: { cpuMHz: 2995, timerResolution: 156250 },
    stackKeys: true,
    stackKeyCapacity: 40,
    compress: ({ index }) => index % 4 !== 3,
    rundownPid: cast.wpr.pid,
    rundownTid: cast.wpr.threads[0],
  });
  const world = new World(t, Object.values(cast) as Proc[]);
  const pools = makePools();
  const schedule = new Schedule();

  // First the scenes whose times are given, then everything that fits itself around them.
  tellEventLeak(world, cast, pools.thread);
  tellVolumeObject(world, cast);
  tellDefender(world, cast, pools);
  tellBystanders(world, schedule, cast);
  tellTunnel(world, schedule, cast, pools);
  tellExplorer(world, schedule, cast, pools);
  tellDevenv(world, schedule, cast, pools);
  schedule.run();

  writeStartRundown(world, cast);
  writeEndRundown(world, cast);
  return t;
}
