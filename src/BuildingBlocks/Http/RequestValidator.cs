using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json.Serialization.Metadata;

namespace GoCart.BuildingBlocks.Http;

/// <summary>Checks the validation attributes of a request record; the attributes are looked up once per type.</summary>
/// <remarks>ASP.NET's AddValidation() passes over a type it does not know without a word; here every request body is checked.</remarks>
internal static class RequestValidator<T> where T : class
{
    private static readonly List<Field> Fields = FindFields();

    public static Dictionary<string, string[]> Validate(T request)
    {
        var errors = new Dictionary<string, string[]>();
        foreach (var field in Fields)
        {
            var value = field.Get(request);
            if (value is IOptional optional)
            {
                if (!optional.IsSet)
                    continue;
                value = optional.Value;
            }

            var broken = field.Rules.Where(rule => !Holds(rule, value)).ToArray();
            if (broken.Length > 0)
                errors[field.Name] = [.. broken.Select(rule => rule.FormatErrorMessage(field.Name))];
        }
        return errors;
    }

    private static bool Holds(ValidationAttribute rule, object? value)
    {
        try
        {
            return rule.IsValid(value);
        }
        // A Range of int asked about a long beyond it: out of the range in any case.
        catch (OverflowException)
        {
            return false;
        }
    }

    public static string Summary(Dictionary<string, string[]> errors) =>
        string.Join(" ", errors.SelectMany(field => field.Value));

    private static List<Field> FindFields()
    {
        var parameters = typeof(T).GetConstructors()
            .OrderByDescending(constructor => constructor.GetParameters().Length)
            .First().GetParameters()
            .ToDictionary(parameter => parameter.Name ?? "");

        return [.. from property in StrictJson.Options.GetTypeInfo(typeof(T)).Properties
                   let get = property.Get
                   where get is not null
                   let rules = RulesOf(property, parameters)
                   where rules.Length > 0
                   select new Field(property.Name, get, rules)];
    }

    /// <summary>A record's attributes stand on the parameters of its constructor or, with <c>property:</c>, on its properties.</summary>
    private static ValidationAttribute[] RulesOf(JsonPropertyInfo property, Dictionary<string, ParameterInfo> parameters)
    {
        var member = property.AttributeProvider as MemberInfo;
        var parameter = parameters.GetValueOrDefault(member?.Name ?? "");
        return [
            .. member?.GetCustomAttributes<ValidationAttribute>() ?? [],
            .. parameter?.GetCustomAttributes<ValidationAttribute>() ?? []];
    }

    private sealed record Field(string Name, Func<object, object?> Get, ValidationAttribute[] Rules);
}
