// SPDX-License-Identifier: MIT
//
// Where the run's past stands, below the band: on a first visit loaded once there is something to see, and what saves the run with it.

import { lazy, LazyPart } from '../../ui/lazy-part';
import './place.css';

export const timeMachine = lazy(async () => {
  const [{ TimeMachine }, { saver }] = await Promise.all([
    import('./time-machine'),
    import('../../client/kept/saver'),
    import('../../client/recovery'), // while there is a network
  ]);
  saver.begin();
  return TimeMachine;
});

export const TimeMachine = () => <LazyPart part={timeMachine} props={{}} begins="elsewhere" place="time-machine" />;
