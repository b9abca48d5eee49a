using GoCart.Tests.Infrastructure;
using Microsoft.Playwright;

namespace GoCart.Tests.Gateway;

/// <summary>The page at /docs in a real browser, under its own strict content security policy.</summary>
[Collection(GatewayStore.Name)]
public sealed class DocsPageTests(StoreFixture store)
{
    private const string Chromium = "/usr/bin/chromium";

    [Fact]
    public async Task It_shows_every_operation_and_calls_one_with_a_token()
    {
        Assert.SkipUnless(File.Exists(Chromium), $"{Chromium} is not installed.");
        var customer = await store.Clients.CustomerAsync();
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Chromium,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        });
        var page = await browser.NewPageAsync();
        var complaints = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                complaints.Add(message.Text);
        };
        page.PageError += (_, error) => complaints.Add(error);

        await page.GotoAsync(new Uri(store.Gateway.Address, "/docs").ToString());
        await Assertions.Expect(page.Locator("#operations-Orders-PlaceOrder")).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Authorize" }).First.ClickAsync();
        await page.Locator(".auth-container input[type=text]").First.FillAsync(customer.AccessToken);
        await page.Locator(".auth-btn-wrapper .authorize").First.ClickAsync();
        await page.Locator(".btn-done").First.ClickAsync();
        var me = page.Locator("#operations-Users-GetMe");
        await me.ClickAsync();
        await me.GetByRole(AriaRole.Button, new() { Name = "Try it out" }).ClickAsync();
        await me.GetByRole(AriaRole.Button, new() { Name = "Execute" }).ClickAsync();

        await Assertions.Expect(me.Locator(".live-responses-table .response .response-col_status")).ToContainTextAsync("200");
        await Assertions.Expect(me.Locator(".live-responses-table")).ToContainTextAsync(customer.Email);
        Assert.Empty(complaints);
    }
}
