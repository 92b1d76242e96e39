// The inspector: everything about the chosen node or cable, to read and to change; the lab itself when nothing is
// chosen.
#pragma once

#include "model/lab/lab.h"
#include "model/plan/plan.h"

#include <QScrollArea>
#include <QWidget>

#include <functional>
#include <optional>
#include <vector>

class QLabel;
class QVBoxLayout;

namespace model::document {
class Document;
}
namespace ui::shared {
class Selection;
}
namespace ui::widgets {
class Field;
}

namespace ui::docks {

/// Inspector shows one form at a time. A field that is right when editing finishes becomes one undo step.
class Inspector : public QWidget {
    Q_OBJECT
public:
    Inspector(model::document::Document& document, shared::Selection& selection, QWidget* parent = nullptr);

    /// focusFirst puts the cursor into what is most likely to be changed: the first address, or the delay of a cable.
    void focusFirst();
    /// commitPending applies what stands in the fields and is right.
    void commitPending();
    /// unreadable lists what was typed and cannot be read: "Address of desktop: each octet …"; also in forms that are
    /// not shown.
    QStringList unreadable() const;
    /// showUnreadable goes to the first of them.
    void showUnreadable();
    /// forgetPending drops what cannot be read.
    void forgetPending();

signals:
    /// nodeShown: a finding was clicked and its node or cable is chosen now; whoever shows it may reveal it.
    void revealRequested(model::lab::NodeId node);

private:
    using Edit = std::function<QString(model::lab::Node&, const QString&)>; ///< puts a text into a node; says why not
    using Show = std::function<QString(const model::lab::Node&)>;

    /// Draft is a text that cannot be read, kept while another form is shown.
    struct Draft {
        model::lab::NodeId node;
        model::lab::LinkId link;
        QString field, label, text, why;
    };

    void refresh();
    void updateForm();
    void onSelectionChanged();
    void keepDrafts();
    void restoreDrafts();
    void rebuild(const QString& signature);
    QString signature() const;

    // inspector_node.cpp
    void buildNode(const model::lab::Node& node);
    void buildPorts(const model::lab::Node& node);
    void buildPort(const model::lab::Node& node, int index);
    void buildRouting(const model::lab::Node& node);
    void buildServices(const model::lab::Node& node);
    void buildRun(const model::lab::Node& node);
    widgets::Field* nodeField(const QString& name, const QString& label, const Show& show, const Edit& edit,
                              const QString& step, int lines = 0);
    /// given is what the plan gives this node under a key (and port), or null; planned is all of it.
    const model::plan::Given* given(const QString& key, const QString& port = {}) const;
    const model::plan::NodePlan* planned() const;
    std::size_t place() const; ///< of this node in the lab, as plans count them
    /// explain says in a field's tip where what the plan gives comes from; null: nothing is given.
    void explain(widgets::Field* field, const model::plan::Given* given) const;
    QString changeNode(const QString& step, const std::function<QString(model::lab::Node&)>& edit);

    // inspector_link.cpp
    void buildLink(const model::lab::Link& link);
    void buildLab();
    void buildSeveral();

    QVBoxLayout* addSection(const QString& title);
    void addHeader(const QString& icon, const QString& title, const QString& about);
    QWidget* linkButton(const QString& name, const QString& text, const std::function<void()>& run);

    model::document::Document& mDocument;
    shared::Selection& mSelection;
    QScrollArea* mScroll;
    QWidget* mForm = nullptr;
    QVBoxLayout* mLayout = nullptr;
    QVBoxLayout* mSection = nullptr; ///< where fields go while a form is being built
    QString mSignature;
    model::lab::NodeId mNode; ///< whom the form is about
    model::lab::LinkId mLink;
    std::vector<std::function<void()>> mUpdaters;
    std::optional<model::plan::Plan> mPlan; ///< what the lab's automatic addresses come to; none without any
    std::vector<Draft> mDrafts;
};

} // namespace ui::docks
