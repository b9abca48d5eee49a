using System.Data;
using Dapper;

namespace GoCart.BuildingBlocks.Database;

/// <summary>Teaches Dapper the types it would not match to a positional record by itself.</summary>
internal static class DapperTypes
{
    private static readonly Lock Gate = new();
    private static bool _isDone;

    public static void Register()
    {
        lock (Gate)
        {
            if (_isDone)
                return;

            DefaultTypeMap.MatchNamesWithUnderscores = true;
            SqlMapper.AddTypeHandler(new TimestampHandler());
            SqlMapper.AddTypeHandler(new ArrayHandler<Guid>());
            SqlMapper.AddTypeHandler(new ArrayHandler<int>());
            SqlMapper.AddTypeHandler(new ArrayHandler<long>());
            SqlMapper.AddTypeHandler(new ArrayHandler<string>());
            _isDone = true;
        }
    }

    /// <summary>Npgsql gives a timestamptz as a DateTime in UTC.</summary>
    private sealed class TimestampHandler : SqlMapper.TypeHandler<DateTimeOffset>
    {
        public override DateTimeOffset Parse(object value) => value is DateTimeOffset time
            ? time
            : new DateTimeOffset(DateTime.SpecifyKind((DateTime)value, DateTimeKind.Utc));

        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value) =>
            parameter.Value = value.ToUniversalTime();
    }

    /// <summary>Without it Dapper would expand an array to a list of parameters instead of sending a PostgreSQL array.</summary>
    private sealed class ArrayHandler<T> : SqlMapper.TypeHandler<T[]>
    {
        public override T[] Parse(object value) => (T[])value;

        public override void SetValue(IDbDataParameter parameter, T[]? value) => parameter.Value = value;
    }
}
