-- Where the ledger of a product does not sum to its stock, the operator corrects it forward: by one more adjustment, which has a
-- reason instead of an actor. The rule is wider than before, so that no old row needs to be read for it.
alter table stock_ledger add column reason text;

alter table stock_ledger drop constraint stock_ledger_kind_fits;
alter table stock_ledger add constraint stock_ledger_kind_fits check (
  case kind
    when 'initial' then delta >= 0 and order_id is null
    when 'sale' then delta < 0 and order_id is not null and actor is null
    when 'restore' then delta > 0 and order_id is not null and actor is null
    when 'adjustment' then delta <> 0 and order_id is null and (actor is not null or reason is not null)
    else false
  end) not valid;
