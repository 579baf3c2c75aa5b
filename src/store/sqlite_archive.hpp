// SPDX-License-Identifier: MIT
/// History as blocks in an SQLite file. Inside src/store only.
#pragma once

#include <list>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "store/block.hpp"
#include "store/sqlite.hpp"
#include "store/sqlite_file.hpp"

namespace packwire::store {

class SqliteArchive final : public Archive {
public:
    SqliteArchive(SqliteOptions options, std::unique_ptr<SQLite::Database> database, bool writable);
    ~SqliteArchive() override;

    [[nodiscard]] Result<unsigned> append(const Batch& batch) override;
    [[nodiscard]] Result<Answer> read(const Query& query, const std::vector<Sample>& unsaved) override;
    [[nodiscard]] Result<std::vector<Event>> events(const EventQuery& query) override;
    [[nodiscard]] Result<std::vector<Series>> series() override;
    [[nodiscard]] Result<std::vector<Setting>> settings() override;
    [[nodiscard]] Result<bool> tidy(WallTime wall, bool may_drop) override;

private:
    using Id = std::int64_t;
    struct Layouts {
        std::map<std::string, Id> devices;
        std::map<std::pair<Id, std::string>, Id> ids;
        std::map<Id, Layout> layouts;
    };
    /// A block and where it stands.
    struct Place {
        Id id = 0;
        Id layout = 0;
        Tick begin = 0;
    };

    /// Runs `work`; what SQLite throws becomes an error, and a damaged file is moved aside.
    template <class T, class Work>
    [[nodiscard]] Result<T> guarded(Work work);
    /// False when there is no file to go on with.
    [[nodiscard]] bool begin_anew(const std::string& why);
    void use(std::unique_ptr<SQLite::Database> database);
    void say(bool warning, const std::string& line) const;

    void store(const Track& track);
    void store(const Event& event);
    void store(const Setting& setting);
    void store(Resolution level, Id device, const Grid& grid, int state);
    [[nodiscard]] Id device_id(const std::string& name);
    [[nodiscard]] std::optional<Id> known_device(const std::string& device);
    [[nodiscard]] Id layout_id(Id device, const Grid& grid);
    [[nodiscard]] const Layout& layout(Id id);
    [[nodiscard]] unsigned checkpoint_if_due();
    /// For what follows: an fsync at each commit, or only when the WAL is brought home.
    void sync_commits(bool wanted);

    [[nodiscard]] std::vector<Place> places(Resolution level, Id device, Tick from, Tick to,
                                            const char* which = "");
    /// Null when the block is damaged: what else there is must not go with it.
    [[nodiscard]] std::shared_ptr<Block> block(Resolution level, const Place& place);
    [[nodiscard]] std::vector<Grid> grids(Resolution level, const std::vector<Place>& places);
    /// One column, of the span alone.
    [[nodiscard]] Grid column(Resolution level, Id device, Key key, Tick from, Tick to,
                              const char* which = "");
    [[nodiscard]] Grid rows_of(Resolution level, std::optional<Id> device, const Query& query,
                               const std::vector<Sample>& unsaved);
    [[nodiscard]] Resolution best(const Query& query, Id device);
    [[nodiscard]] std::optional<Tick> oldest(Resolution level, Id device);

    void erase(Resolution level, const std::vector<Place>& places);
    [[nodiscard]] bool merge_hour(Tick now);
    [[nodiscard]] bool roll_up_day(Tick now);
    [[nodiscard]] bool merge_month(Tick now);
    [[nodiscard]] bool drop_old(Tick now);
    [[nodiscard]] bool drop_surplus(Tick now);
    [[nodiscard]] bool give_back();

    [[nodiscard]] SQLite::Statement& prepared(const std::string& sql);
    [[nodiscard]] std::int64_t number(const char* pragma);

    SqliteOptions options_;
    bool writable_;
    std::unique_ptr<SQLite::Database> database_;
    std::map<std::string, SQLite::Statement> statements_;  ///< gone before the database is
    Layouts layouts_;
    std::list<std::pair<std::pair<Resolution, Id>, std::shared_ptr<Block>>> cache_;
    bool told_of_damage_ = false;
    int wal_pages_ = 0;
    int checkpoint_at_ = 0;      ///< pages of WAL
    bool wal_restarts_ = false;  ///< the next commit writes its header anew, which is one fsync more
};

}  // namespace packwire::store
