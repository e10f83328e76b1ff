// SPDX-License-Identifier: MIT
//
// What is said when training has ended by a rule of patience: there is room for two short lines on a phone. Pure.

import type { StopRule } from './stop';

const counted = (epochs: number): string => (epochs === 1 ? '1 epoch' : `${epochs} epochs`);

const why = (by: StopRule): string =>
  by.at === 'patience' ? `The validation loss has not fallen for ${counted(by.epochs)}` : 'The recipe has finished';

export const bringingBackText = (by: StopRule, epoch: number): string => `${why(by)}: going back to epoch ${epoch} …`;

export const backText = (by: StopRule, epoch: number): string =>
  by.at === 'patience'
    ? `${why(by)}: back at epoch ${epoch}, the best one.`
    : `${why(by)}: back at epoch ${epoch}, the best by validation loss.`;

export const notBackText = (by: StopRule, epoch: number, reason: string): string =>
  `${why(by)}. Epoch ${epoch}, the best one, could not be brought back: ${reason}`;
