import { DETAILS_COMMANDS } from '../../details/detailsCommands.ts';
import { LANE_COMMANDS } from '../../lanes/laneCommands.ts';
import { TABLE_COMMANDS } from '../../table/tableCommands.ts';
import type { Command } from './command.ts';
import { EDIT_COMMANDS } from './editCommands.ts';
import { FILE_COMMANDS } from './fileCommands.ts';
import { TIME_COMMANDS } from './timeCommands.ts';
import { PAGE_COMMANDS, WINDOW_COMMANDS } from './windowCommands.ts';

/** Every command. Ids are unique; keys.test.ts says so. */
export const COMMANDS: readonly Command[] = [
  ...FILE_COMMANDS,
  ...EDIT_COMMANDS,
  ...DETAILS_COMMANDS,
  ...TIME_COMMANDS,
  ...LANE_COMMANDS,
  ...PAGE_COMMANDS,
  ...TABLE_COMMANDS,
  ...WINDOW_COMMANDS,
];

const BY_ID = new Map(COMMANDS.map((command) => [command.id, command]));

export function commandById(id: string): Command | undefined {
  return BY_ID.get(id);
}
