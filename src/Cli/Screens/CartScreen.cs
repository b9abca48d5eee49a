using GoCart.Cli.Formats;
using GoCart.Cli.Shopping;
using GoCart.Cli.Views;
using GoCart.Contracts.Carts;
using GoCart.Contracts.Orders;

namespace GoCart.Cli.Screens;

/// <summary>The cart: change quantities, take things out, check out.</summary>
internal sealed class CartScreen(Shop shop)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var cart = (await shop.Client.GetCartAsync(cancellationToken)).Value;
            shop.ShowTitle("Your cart");
            if (cart.Items.Count == 0)
            {
                shop.Terminal.Say("It is empty.");
                return;
            }

            shop.Show(CartViews.Table(cart));
            var answer = await shop.Prompt.AskAsync(
                "Number: change, c: check out, x: empty the cart, Enter: back >", cancellationToken);
            switch (answer?.Trim().ToLowerInvariant())
            {
                case null or "":
                    return;
                case "c":
                    await shop.TryAsync(() => CheckOutAsync(cart, cancellationToken));
                    break;
                case "x":
                    await shop.TryAsync(() => ClearAsync(cancellationToken));
                    break;
                case var text when WholeNumber.IndexOf(text, cart.Items.Count) is { } row:
                    await shop.TryAsync(() => ChangeAsync(cart.Items[row], cancellationToken));
                    break;
                default:
                    shop.Terminal.Say("Type one of these.");
                    break;
            }
        }
    }

    private async Task ChangeAsync(CartItemResponse item, CancellationToken cancellationToken)
    {
        var quantity = await shop.Prompt.AskForAsync(
            $"How many of {SafeText.Line(item.Name)}? 0: none >",
            text => Quantity.Read(text, smallest: 0),
            cancellationToken,
            initial: $"{item.Quantity}");

        if (quantity == 0)
            await shop.Client.RemoveFromCartAsync(item.Id, cancellationToken);
        else if (quantity is { } changed && changed != item.Quantity)
            await shop.Client.ChangeQuantityAsync(item.Id, changed, cancellationToken);
    }

    private async Task ClearAsync(CancellationToken cancellationToken)
    {
        if (await shop.Prompt.ConfirmAsync("Take everything out?", cancellationToken))
            await shop.Client.ClearCartAsync(cancellationToken);
    }

    private async Task CheckOutAsync(CartResponse cart, CancellationToken cancellationToken)
    {
        if (!await shop.Prompt.ConfirmAsync($"Order this for {Price.Format(cart.TotalCents, cart.Currency)}?", cancellationToken))
            return;

        var checkout = new Checkout(shop.Client, shop.Terminal, cart.TotalCents);
        while (true)
        {
            try
            {
                var order = (await checkout.PlaceAndWaitAsync(cancellationToken)).Value;
                shop.Show(OrderViews.Details(order, shop.Clock));
                if (order.StockState == StockState.Rejected)
                    shop.Terminal.SayWarning(OrderViews.Outcome(order));
                else
                    shop.Terminal.SayDone(OrderViews.Outcome(order));
                return;
            }
            catch (UnknownOutcomeException failure)
            {
                shop.Terminal.SayFailure(failure);
                if (!await shop.Prompt.ConfirmAsync("Try again? It will not be ordered twice.", cancellationToken))
                    return;
            }
        }
    }
}
