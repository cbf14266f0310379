import pg from 'pg';

// Sums of money and pieces stay far below 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

export const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 20 });

export async function transaction<T>(work: (on: pg.PoolClient) => Promise<T>): Promise<T> {
  const on = await pool.connect();
  try {
    await on.query('BEGIN');
    const result = await work(on);
    await on.query('COMMIT');
    return result;
  } catch (fault) {
    await on.query('ROLLBACK');
    throw fault;
  } finally {
    on.release();
  }
}
