-- Of a rejected order: the last entry of the ledger, of any product, that its decision knew of. The stock it saw of a product
-- is the sum of that product's entries up to there; so the auditor can prove that what was wanted was not there. Entries get
-- their ids under the lock of the product's row: none that is younger has a smaller id. Null for orders that were rejected
-- before this column was there, or by a release that does not know it.
alter table order_stock add column decided_after bigint;

grant update (decided_after) on order_stock to :service_role;
