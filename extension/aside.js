// A second place for a small record: IndexedDB, which the browser keeps in another folder of the profile than `storage.local`. Whoever
// puts an old copy of the one back has not put back the other.

const STORE = 'records';

/** @returns {Promise<IDBDatabase>} */
const open = () =>
  new Promise((resolve, reject) => {
    const request = indexedDB.open('keyward', 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/**
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest<T>} ask
 * @returns {Promise<T>} settled when it is done
 */
async function run(mode, ask) {
  const database = await open();
  try {
    const transaction = database.transaction(STORE, mode);
    const request = ask(transaction.objectStore(STORE));
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
    return request.result;
  } finally {
    database.close();
  }
}

/** @param {string} name @returns {Promise<unknown>} undefined where there is none */
export const load = (name) => run('readonly', (store) => store.get(name));
/** @param {string} name @param {string} record */
export const store = (name, record) => run('readwrite', (store) => store.put(record, name));
/** @param {string} name */
export const remove = (name) => run('readwrite', (store) => store.delete(name));
