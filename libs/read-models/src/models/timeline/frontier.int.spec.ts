import {
  asOf,
  Ledger,
  reported,
  signed,
  squareMetres,
  vacated,
  Workspace,
} from '../../fixtures.js';
import { openQueries } from '../../reading.js';
import { Frontier } from './frontier.js';

const on = (day: string, metric: string = vacated.data.metric) =>
  reported(metric, asOf(day), squareMetres('681000', '68.1万平方米'));

describe('the frontier of valid days', () => {
  it('is the highest day spoken of up to a position, in whatever order it is asked', async () => {
    const place = new Workspace();
    const ledger = new Ledger();
    await ledger.sayAll([vacated, signed, on('2021-08-26'), on('2021-07-26')]);
    await ledger.sayAll([on('2021-09-26', signed.data.metric), on('2021-08-27')]);
    await place.viewsOf(ledger);
    const { database } = openQueries(place.viewsFile);
    const frontier = new Frontier(database);

    const asked = [4, 0, 2, 3, 6, 5, 4].map((position) => frontier.at(position));

    expect(asked).toEqual([20210826, 0, 0, 20210826, 20210926, 20210926, 20210826]);
    database.close();
    place.remove();
  });
});
