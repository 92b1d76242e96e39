// What is to be said about the open file, above everything else, until somebody decides: without a dialog in the way.
#pragma once

#include <QString>
#include <QWidget>

#include <functional>
#include <map>
#include <vector>

class QVBoxLayout;

namespace ui::widgets {

/// Banner is one message with what can be done about it.
struct Banner {
    struct Act {
        QString text;
        std::function<void()> run;
        bool closes = true; ///< the banner goes when it is done
    };
    bool warning = true; ///< else a piece of news
    QString title, text;
    std::vector<Act> acts;
    bool closable = true;
};

/// Banners shows at most one banner of each key, one below the other; without any it takes no room.
class Banners final : public QWidget {
    Q_OBJECT
public:
    explicit Banners(QWidget* parent = nullptr);
    /// set shows a banner, in the place of the one with the same key.
    void set(const QString& key, Banner banner);
    void remove(const QString& key);
    bool has(const QString& key) const { return mShown.contains(key); }
    /// title is what the banner of a key says in a few words; empty: there is none.
    QString title(const QString& key) const;

private:
    std::map<QString, QWidget*> mShown;
    QVBoxLayout* mLayout;
};

} // namespace ui::widgets
